-- What search sees of a version (how a text is read: tenants/migrations/words.sql).

CREATE FUNCTION documents_text_of(content jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- Everything a content says, part by part, one line each; what is a name for machines apart.
    SELECT coalesce(string_agg(part #>> '{}', E'\n'), '') FROM (
        SELECT jsonb_path_query(content,
            'strict $.** ? (@.type() == "object").keyvalue() ? (!(@.key == "who" || @.key == "whom" || @.key == "unit" || @.key == "amount" || @.key == "sha256")).value ? (@.type() == "string")') AS part
        UNION ALL
        SELECT jsonb_path_query(content, 'strict $.** ? (@.type() == "array")[*] ? (@.type() == "string")')
    ) parts WHERE part #>> '{}' <> ''
$$;

CREATE FUNCTION documents_write_search_text() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    code text;
    head text;
    body text;
    spelled text;
    plain text;
BEGIN
    SELECT d.code INTO code FROM documents_document d WHERE d.id = NEW.document_id AND d.agency_id = NEW.agency_id;
    head := qms_readable(coalesce(code, '') || ' ' || NEW.title) || E'\n';
    body := head || qms_readable(documents_text_of(NEW.content));
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

CREATE TRIGGER documents_search_new AFTER INSERT ON documents_version
    FOR EACH ROW EXECUTE FUNCTION documents_write_search_text();
CREATE TRIGGER documents_search_edited AFTER UPDATE OF title, content ON documents_version
    FOR EACH ROW WHEN ((OLD.title, OLD.content) IS DISTINCT FROM (NEW.title, NEW.content))
    EXECUTE FUNCTION documents_write_search_text();

-- `@@` is not leakproof: under a policy the index is not asked for words, every row of the agency would be read. So the
-- owner reads past the policy, inside these functions only, and they answer for the active agency only.
CREATE POLICY documents_search ON documents_searchtext FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION documents_search(wanted tsquery, spelled_as text[], plain_as text[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- Versions of the active agency with these words, and with every phrase (a pattern) as spelled or plain.
    SELECT t.version_id FROM documents_searchtext t
    WHERE t.agency_id = nullif(current_setting('qms.agency', true), '')::bigint AND t.words @@ wanted
      AND NOT EXISTS (SELECT FROM unnest(spelled_as) phrase WHERE t.spelled !~ phrase)
      AND NOT EXISTS (SELECT FROM unnest(plain_as) phrase WHERE t.plain !~ phrase)
$$;

CREATE FUNCTION documents_resembling(mistyped text) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- Versions of the active agency whose code or title is nearly that.
    SELECT t.version_id FROM documents_searchtext t
    WHERE t.agency_id = nullif(current_setting('qms.agency', true), '')::bigint AND word_similarity(mistyped, t.names) >= 0.5
$$;
