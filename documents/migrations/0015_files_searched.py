"""Uploaded files belong to their agency and never change; their text is found with the version that holds them."""

from typing import ClassVar

from django.db import migrations

TEXT_OF = """
CREATE OR REPLACE FUNCTION documents_text_of(content jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- Everything a content says, part by part, one line each; what is a name for machines apart.
    SELECT coalesce(string_agg(part #>> '{}', E'\\n'), '') FROM (
        SELECT jsonb_path_query(content,
            'strict $.** ? (@.type() == "object").keyvalue() ? (!(@.key == "who" || @.key == "whom" || @.key == "unit"
                || @.key == "amount" || @.key == "sha256" || @.key == "media_type")).value ? (@.type() == "string")') AS part
        UNION ALL
        SELECT jsonb_path_query(content, 'strict $.** ? (@.type() == "array")[*] ? (@.type() == "string")')
    ) parts WHERE part #>> '{}' <> ''
$$;
"""
# Of very long files half a million signs are searched; documents.extraction keeps more.
TEXT_OF_FILES = """
CREATE FUNCTION documents_text_of_files(content jsonb, agency bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT left(coalesce(string_agg(f.text, E'\\n' ORDER BY f.id), ''), 500000) FROM documents_uploadedfile f
    WHERE f.agency_id = agency AND f.sha256 IN (
        SELECT jsonb_path_query(content, 'lax $.file.sha256') #>> '{}'
        UNION ALL SELECT jsonb_path_query(content, 'lax $.attachments[*].sha256') #>> '{}')
$$;
"""
WRITE = """
CREATE OR REPLACE FUNCTION documents_write_search_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    code text;
    head text;
    body text;
    spelled text;
    plain text;
BEGIN
    SELECT d.code INTO code FROM documents_document d WHERE d.id = NEW.document_id AND d.agency_id = NEW.agency_id;
    head := qms_readable(coalesce(code, '') || ' ' || NEW.title) || E'\\n';
    body := head || qms_readable(documents_text_of(NEW.content){files});
    spelled := qms_spelled(body);
    plain := qms_plain(spelled);
    INSERT INTO documents_searchtext (version_id, agency_id, head, body, spelled, plain, names, words)
    VALUES (NEW.id, NEW.agency_id, length(head), body, spelled, plain,
        regexp_replace(qms_plain(qms_spelled(coalesce(code, ''))), ' ', '', 'g') || ' ' || qms_plain(qms_spelled(head)),
        qms_search_words(spelled, plain))
    ON CONFLICT (version_id) DO UPDATE SET head = excluded.head, body = excluded.body, spelled = excluded.spelled,
        plain = excluded.plain, names = excluded.names, words = excluded.words;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0014_files")]
    operations: ClassVar = [
        migrations.RunSQL("SELECT qms_secure('documents_uploadedfile')", migrations.RunSQL.noop),
        migrations.RunSQL("SELECT qms_append_only('documents_uploadedfile')", migrations.RunSQL.noop),
        migrations.RunSQL(TEXT_OF, migrations.RunSQL.noop),
        migrations.RunSQL(TEXT_OF_FILES, "DROP FUNCTION documents_text_of_files(jsonb, bigint)"),
        migrations.RunSQL(
            WRITE.format(files=r" || E'\n' || documents_text_of_files(NEW.content, NEW.agency_id)"),
            WRITE.format(files=""),
        ),
    ]
