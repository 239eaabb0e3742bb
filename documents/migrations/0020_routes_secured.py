"""Row security of the approval routes; what is under way waits for those it waited for; a fixed route stays."""

from typing import ClassVar

from django.db import migrations

OWNED = ("documents_approvalroute", "documents_historicalapprovalroute", "documents_document")
APPEND_ONLY = ("documents_historicalapprovalroute",)
EACH_AGENCY = """
DO $$
DECLARE
    place bigint;
BEGIN
    FOR place IN SELECT id FROM tenants_agency LOOP
        PERFORM set_config('qms.agency', place::text, true);
        UPDATE documents_version SET stage = 1, awaited = '{role:deputy_head,role:unit_head,role:agency_head}'
            WHERE state = 'in_review';
        UPDATE documents_version SET stage = 2, awaited = '{role:agency_head,role:deputy_head,delegate}'
            WHERE state = 'in_approval';
        UPDATE documents_document SET confidentiality = 'public' WHERE kind = 'operational_procedure';
    END LOOP;
    PERFORM set_config('qms.agency', '', true);
END $$
"""
KEEP_ROUTE = """
CREATE FUNCTION documents_keep_route() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('draft', 'dropped', 'in_review') AND NEW.route IS DISTINCT FROM OLD.route THEN
        RAISE EXCEPTION 'the route of a signed version does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_keep_route BEFORE UPDATE OF route ON documents_version
    FOR EACH ROW EXECUTE FUNCTION documents_keep_route();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0019_routes")]
    operations: ClassVar = [
        migrations.RunSQL(EACH_AGENCY, migrations.RunSQL.noop),
        *(migrations.RunSQL(f"SELECT qms_secure('{table}')", migrations.RunSQL.noop) for table in OWNED),
        *(migrations.RunSQL(f"SELECT qms_append_only('{table}')", migrations.RunSQL.noop) for table in APPEND_ONLY),
        migrations.RunSQL(KEEP_ROUTE, "DROP FUNCTION documents_keep_route() CASCADE"),
    ]
