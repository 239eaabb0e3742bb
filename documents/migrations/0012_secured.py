"""Row security of what the migrations before made, once its keys stand, so that these hold the rows in one agency; then
the search texts of the versions there are.
"""

from typing import ClassVar

from django.db import migrations

OWNED = (
    "documents_delegation",
    "documents_comment",
    "documents_changerequest",
    "documents_periodicreview",
    "documents_audience",
    "documents_codepattern",
    "documents_historicaldelegation",
    "documents_historicalcomment",
    "documents_historicalchangerequest",
    "documents_historicalaudience",
    "documents_historicalcodepattern",
    "documents_signature",  # again: its delegation must be of the same agency
    "documents_controlledcopy",
    "documents_historicalcontrolledcopy",
    "documents_searchtext",
)

FILL = """
DO $$
DECLARE
    place bigint;
BEGIN
    FOR place IN SELECT id FROM tenants_agency LOOP
        PERFORM set_config('qms.agency', place::text, true);
        UPDATE documents_version SET title = title;
        SET CONSTRAINTS ALL IMMEDIATE;  -- the keys are looked up while the rows of this agency can be seen
        SET CONSTRAINTS ALL DEFERRED;
    END LOOP;
    PERFORM set_config('qms.agency', '', true);
END $$
"""
FILLING = """
CREATE TRIGGER documents_search_filling AFTER UPDATE ON documents_version
    FOR EACH ROW EXECUTE FUNCTION documents_write_search_text()
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0011_cycle")]
    operations: ClassVar = [
        *(migrations.RunSQL(f"SELECT qms_secure('{table}')", migrations.RunSQL.noop) for table in OWNED),
        migrations.RunSQL(FILLING, migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("DROP TRIGGER documents_search_filling ON documents_version", migrations.RunSQL.noop),
    ]
