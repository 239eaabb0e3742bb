"""Row-level security, composite keys and append-only tables."""

from typing import ClassVar

from django.db import migrations

OWNED = [
    "documents_document",
    "documents_version",
    "documents_signature",
    "documents_acknowledgement",
    "documents_historicaldocument",
    "documents_historicalversion",
    "documents_historicalacknowledgement",
]
CLOSED_TO_OVERSEERS = set[str]()
APPEND_ONLY = [
    "documents_signature",
    "documents_historicaldocument",
    "documents_historicalversion",
    "documents_historicalacknowledgement",
]

KEEP_SIGNED = """
CREATE FUNCTION documents_keep_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'versions are never deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.document_id, NEW.issue, NEW.revision, NEW.agency_id) IS DISTINCT FROM (OLD.document_id, OLD.issue, OLD.revision, OLD.agency_id)
       OR OLD.state <> 'draft' AND ((NEW.title, NEW.content) IS DISTINCT FROM (OLD.title, OLD.content)
           OR NEW.state <> 'draft' AND NEW.sha256 <> OLD.sha256)
       OR OLD.state IN ('in_force', 'superseded', 'withdrawn') AND NEW.effective_from IS DISTINCT FROM OLD.effective_from
       OR OLD.pdf_id IS NOT NULL AND NEW.pdf_id IS DISTINCT FROM OLD.pdf_id THEN
        RAISE EXCEPTION 'a signed version does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_keep_signed BEFORE UPDATE OR DELETE ON documents_version
    FOR EACH ROW EXECUTE FUNCTION documents_keep_signed();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0001_initial"), ("tenants", "0002_secure")]
    operations: ClassVar = [
        *(
            migrations.RunSQL(
                f"SELECT qms_secure('{table}', {table not in CLOSED_TO_OVERSEERS})", migrations.RunSQL.noop
            )
            for table in OWNED
        ),
        *(migrations.RunSQL(f"SELECT qms_append_only('{table}')", migrations.RunSQL.noop) for table in APPEND_ONLY),
        migrations.RunSQL(KEEP_SIGNED, "DROP FUNCTION documents_keep_signed() CASCADE"),
    ]
