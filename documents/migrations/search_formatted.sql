-- Since 0018: what search sees of a content whose parts may be formatted.

CREATE FUNCTION documents_words_of(markup text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- A formatted part (documents/markup.py) in lines: its tags of words vanish, its cells are parted, its blocks are lines.
    SELECT replace(regexp_replace(regexp_replace(regexp_replace(markup,
        '</?(?:strong|em|u|s|sub|sup|a)(?: [^<>]*)?>', '', 'g'),
        '</t[hd]><t[hd][^<>]*>', ' | ', 'g'),
        '</?[a-z][^<>]*>', E'\n', 'g'), '&#824;', U&'\0338')
$$;

CREATE OR REPLACE FUNCTION documents_text_of(content jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- Everything a content says, part by part, one line each; what is a name for machines apart.
    WITH said AS (
        SELECT CASE WHEN jsonb_typeof(content -> 'rich') = 'array' THEN content - 'rich' || coalesce((
            SELECT jsonb_object_agg(name, documents_words_of(content ->> name))
            FROM jsonb_array_elements_text(content -> 'rich') name WHERE content ? name
        ), '{}') ELSE content END AS content
    )
    SELECT coalesce(string_agg(part #>> '{}', E'\n'), '') FROM (
        SELECT jsonb_path_query(said.content,
            'strict $.** ? (@.type() == "object").keyvalue() ? (!(@.key == "who" || @.key == "whom" || @.key == "unit" || @.key == "amount" || @.key == "sha256" || @.key == "media_type")).value ? (@.type() == "string")') AS part
        FROM said
        UNION ALL
        SELECT jsonb_path_query(said.content, 'strict $.** ? (@.type() == "array")[*] ? (@.type() == "string")') FROM said
    ) parts WHERE part #>> '{}' <> ''
$$;
