"""The database holds what was signed: a version moves only along its machine and changes only where it may; what was
read stays read.
"""

from typing import ClassVar

from django.db import migrations

KEEP_SIGNED = """
CREATE OR REPLACE FUNCTION documents_keep_signed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moved boolean;
    taken_up boolean;
    written boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'versions are never deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    moved := NEW.state <> OLD.state;
    taken_up := OLD.state = 'dropped' AND NEW.state = 'draft';
    written := OLD.state = 'draft' AND NEW.state = 'draft' OR taken_up;
    IF moved AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'in_review'), ('draft', 'dropped'), ('dropped', 'draft'),
        ('in_review', 'in_approval'), ('in_review', 'draft'), ('in_approval', 'approved'), ('in_approval', 'draft'),
        ('approved', 'in_force'), ('approved', 'withdrawn'), ('in_force', 'superseded'), ('in_force', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'a version does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.document_id, NEW.agency_id) IS DISTINCT FROM (OLD.document_id, OLD.agency_id)
       OR NOT taken_up AND (NEW.issue, NEW.revision) IS DISTINCT FROM (OLD.issue, OLD.revision)
       OR NOT written AND (NEW.title, NEW.content, NEW.change_reason, NEW.change_parts, NEW.change_summary, NEW.drafted_by_id, NEW.is_minor)
           IS DISTINCT FROM (OLD.title, OLD.content, OLD.change_reason, OLD.change_parts, OLD.change_summary, OLD.drafted_by_id, OLD.is_minor)
       OR NEW.sha256 <> OLD.sha256 AND NOT (OLD.state = 'draft' AND NEW.state = 'in_review')
           AND NOT (OLD.state IN ('in_review', 'in_approval') AND NEW.state = 'draft' AND NEW.sha256 = '')
       OR NEW.round <> OLD.round + (moved AND NEW.state = 'draft')::int
       OR NEW.effective_from IS DISTINCT FROM OLD.effective_from AND NOT (OLD.state = 'in_approval' AND NEW.state = 'approved')
       OR NEW.effective_to IS DISTINCT FROM OLD.effective_to AND NOT (OLD.state = 'in_force' AND moved)
       OR OLD.pdf_id IS NOT NULL AND NEW.pdf_id IS DISTINCT FROM OLD.pdf_id THEN
        RAISE EXCEPTION 'a signed version does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""
KEEP_READ = """
CREATE FUNCTION documents_keep_read() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'acknowledgements are never deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.agency_id, NEW.version_id, NEW.member_id, NEW.asked_at) IS DISTINCT FROM (OLD.agency_id, OLD.version_id, OLD.member_id, OLD.asked_at)
       OR OLD.read_at IS NOT NULL AND (NEW.read_at, NEW.answer) IS DISTINCT FROM (OLD.read_at, OLD.answer) THEN
        RAISE EXCEPTION 'what was read stays read' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_keep_read BEFORE UPDATE OR DELETE ON documents_acknowledgement
    FOR EACH ROW EXECUTE FUNCTION documents_keep_read();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0024_starter_secured")]
    operations: ClassVar = [
        migrations.RunSQL(KEEP_SIGNED, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP_READ, "DROP FUNCTION documents_keep_read() CASCADE"),
    ]
