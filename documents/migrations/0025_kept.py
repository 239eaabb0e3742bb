"""The database holds what was signed: a version moves only along its machine and changes only where it may, what was
read stays read, a document keeps its code and kind, and no two codes differ in upper and lower case alone.
"""

from typing import ClassVar

import django.db.models.functions.text
from django.db import migrations, models

# An installation may hold both spellings: nobody but the agency knows which paper keeps the code.
BOTH_SPELLINGS = """
DO $$
DECLARE
    place record;
    here text;
    found text := '';
BEGIN
    FOR place IN SELECT id, slug FROM tenants_agency ORDER BY slug LOOP
        PERFORM set_config('qms.agency', place.id::text, true);
        SELECT string_agg(codes, '; ') INTO here FROM (
            SELECT string_agg(code, ', ' ORDER BY id) AS codes FROM documents_document
            WHERE agency_id = place.id GROUP BY upper(code) HAVING count(*) > 1 ORDER BY 1
        ) AS twice;
        IF here IS NOT NULL THEN
            found := found || E'\\n  ' || place.slug || ': ' || here;
        END IF;
    END LOOP;
    PERFORM set_config('qms.agency', '', true);
    IF found <> '' THEN
        RAISE EXCEPTION E'Nothing was migrated. These codes of documents differ in upper and lower case alone:%', found
            USING HINT = 'A code is given once. Of each pair, give the document that was never signed another code '
                '(UPDATE documents_document SET code = ..., as the owner, with qms.agency set to the agency), then migrate again. '
                'Where both were signed, the agency decides first: a new code breaks the seal of what was signed under the old.';
    END IF;
END $$
"""
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
KEEP_CODE = """
CREATE FUNCTION documents_keep_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.agency_id, NEW.code, NEW.kind) IS DISTINCT FROM (OLD.agency_id, OLD.code, OLD.kind) THEN
        RAISE EXCEPTION 'a document keeps its code and kind' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_keep_code BEFORE UPDATE ON documents_document
    FOR EACH ROW EXECUTE FUNCTION documents_keep_code();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0024_starter_secured")]
    operations: ClassVar = [
        migrations.RunSQL(BOTH_SPELLINGS, migrations.RunSQL.noop),
        migrations.RemoveConstraint("document", "document_code_once"),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                models.F("agency"),
                django.db.models.functions.text.Upper("code"),
                name="document_code_once",
                violation_error_message="This code is already used by another document. Codes are never reused.",
            ),
        ),
        migrations.AddIndex("document", models.Index(fields=["agency", "code"], name="document_by_code")),
        migrations.RunSQL(KEEP_SIGNED, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP_READ, "DROP FUNCTION documents_keep_read() CASCADE"),
        migrations.RunSQL(KEEP_CODE, "DROP FUNCTION documents_keep_code() CASCADE"),
    ]
