"""Search finds kỹ thuật by kĩ thuật and the other way, and every word of a text however many different ones it has.

There is no way back: the code before cannot ask what is written here.
"""

from typing import ClassVar

from django.db import migrations

WRITE = r"""
CREATE OR REPLACE FUNCTION documents_write_search_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    code text;
    head text;
    body text;
    spelled text;
    plain text;
BEGIN
    SELECT d.code INTO code FROM documents_document d WHERE d.id = NEW.document_id AND d.agency_id = NEW.agency_id;
    head := qms_readable(coalesce(code, '') || ' ' || NEW.title) || E'\n';
    body := head || qms_readable(documents_text_of(NEW.content)
        || E'\n' || documents_text_of_files(NEW.content, NEW.agency_id));
    spelled := qms_sought(qms_spelled(body));
    plain := qms_plain(spelled);
    INSERT INTO documents_searchtext (version_id, agency_id, head, body, spelled, plain, names, words)
    VALUES (NEW.id, NEW.agency_id, length(head), body, spelled, plain,
        regexp_replace(qms_plain(qms_spelled(coalesce(code, ''))), ' ', '', 'g') || ' ' || left(plain, length(head)),
        qms_search_words(spelled, plain))
    ON CONFLICT (version_id) DO UPDATE SET head = excluded.head, body = excluded.body, spelled = excluded.spelled,
        plain = excluded.plain, names = excluded.names, words = excluded.words;
    RETURN NULL;
END $$
"""
# Defaults, so that a page served while this is migrated still finds.
SEARCH = """
DROP FUNCTION documents_search(tsquery, text[], text[]);
CREATE FUNCTION documents_search(
    wanted tsquery, spelled_as text[], plain_as text[], each_spelled text[] DEFAULT '{}', each_plain text[] DEFAULT '{}'
) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- Versions of the active agency with these words, and with every phrase (a pattern) as spelled or plain.
    SELECT t.version_id FROM documents_searchtext t
    WHERE t.agency_id = nullif(current_setting('qms.agency', true), '')::bigint AND t.words @@ wanted
      AND NOT EXISTS (SELECT FROM unnest(spelled_as) phrase WHERE t.spelled !~ phrase)
      AND NOT EXISTS (SELECT FROM unnest(plain_as) phrase WHERE t.plain !~ phrase)
    UNION ALL
    -- And those whose words no vector holds: each word and phrase is looked for in the text.
    SELECT t.version_id FROM documents_searchtext t
    WHERE t.agency_id = nullif(current_setting('qms.agency', true), '')::bigint AND t.words @@ '+'::tsquery
      AND each_spelled || each_plain <> '{}'
      AND NOT EXISTS (SELECT FROM unnest(each_spelled) pattern WHERE t.spelled !~ pattern)
      AND NOT EXISTS (SELECT FROM unnest(each_plain) pattern WHERE t.plain !~ pattern)
$$
"""
FILL = """
DO $$
DECLARE
    place bigint;
BEGIN
    FOR place IN SELECT id FROM tenants_agency LOOP
        PERFORM set_config('qms.agency', place::text, true);
        UPDATE documents_searchtext t SET spelled = folded.spelled, plain = folded.plain,
            names = split_part(names, ' ', 1) || ' ' || left(folded.plain, head),
            words = qms_search_words(folded.spelled, folded.plain)
        FROM (
            SELECT version_id, spelled, qms_plain(spelled) AS plain FROM (
                SELECT version_id, qms_sought(spelled) AS spelled FROM documents_searchtext WHERE agency_id = place OFFSET 0
            ) AS sought OFFSET 0
        ) AS folded
        WHERE t.version_id = folded.version_id AND t.agency_id = place;
    END LOOP;
    PERFORM set_config('qms.agency', '', true);
END $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0039_tries"), ("tenants", "0005_sought")]
    operations: ClassVar = [
        migrations.RunSQL(WRITE),
        migrations.RunSQL(SEARCH),
        migrations.RunSQL(  # of few rows: the other texts of the agency are not read for them
            "CREATE INDEX search_in_text ON documents_searchtext (agency_id) WHERE words @@ '+'::tsquery"
        ),
        migrations.RunSQL(FILL),
    ]
