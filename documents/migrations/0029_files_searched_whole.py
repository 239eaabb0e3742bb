"""Of uploaded files everything that was read is searched, the content before its annexes.

What was read of one file ends at documents.confined.trees.LONGEST, and the page says so; the bound here is that of
five such files, for a version is written anew into the search with every saving.
"""

from typing import ClassVar

from django.db import migrations

TEXT_OF_FILES = """
CREATE OR REPLACE FUNCTION documents_text_of_files(content jsonb, agency bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT left(coalesce(string_agg(f.text, E'\\n' ORDER BY {first}f.id), ''), {most}) FROM documents_uploadedfile f
    WHERE f.agency_id = agency AND f.sha256 IN (
        SELECT jsonb_path_query(content, 'lax $.file.sha256') #>> '{{}}'
        UNION ALL SELECT jsonb_path_query(content, 'lax $.attachments[*].sha256') #>> '{{}}')
$$
"""
FILLING = """
CREATE TRIGGER documents_search_filling AFTER UPDATE ON documents_version
    FOR EACH ROW EXECUTE FUNCTION documents_write_search_text()
"""
FILL = """
DO $$
DECLARE
    place bigint;
BEGIN
    FOR place IN SELECT id FROM tenants_agency LOOP
        PERFORM set_config('qms.agency', place::text, true);
        UPDATE documents_version v SET title = title
        WHERE v.content ?| ARRAY['file', 'attachments'] AND 500000 <= (
            SELECT length(body) FROM documents_searchtext t WHERE t.version_id = v.id AND t.agency_id = place);
        SET CONSTRAINTS ALL IMMEDIATE;  -- the keys are looked up while the rows of this agency can be seen
        SET CONSTRAINTS ALL DEFERRED;
    END LOOP;
    PERFORM set_config('qms.agency', '', true);
END $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0028_inside_an_export")]
    operations: ClassVar = [
        migrations.RunSQL(
            TEXT_OF_FILES.format(first="f.sha256 <> coalesce(content #>> '{file,sha256}', ''), ", most=10_000_000),
            TEXT_OF_FILES.format(first="", most=500_000),
        ),
        migrations.RunSQL(FILLING, migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL("DROP TRIGGER documents_search_filling ON documents_version", migrations.RunSQL.noop),
    ]
