-- How search reads a text. The same rules in Python: tenants/words.py (spelled, plain, order_key).

CREATE FUNCTION qms_readable(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- Letters with their accents as one sign (NFC); signs of markup as written, no invisible signs, blanks within a line as one.
    SELECT regexp_replace(regexp_replace(replace(replace(replace(replace(
        normalize(regexp_replace(said, '[\u00ad\u200b-\u200d\ufeff]', '', 'g'), NFC),
        '&nbsp;', ' '), '&lt;', '<'), '&gt;', '>'), '&amp;', '&'),
        '[\u0300-\u036f]', '', 'g'), '[ \t\r\f\u00a0]+', ' ', 'g')
$$;

CREATE FUNCTION qms_spelled(readable text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- Small letters; hòa as hoà, khỏe as khoẻ, thủy as thuỷ; a blank for what is neither letter nor digit. Sign for sign.
    SELECT regexp_replace(normalize(regexp_replace(normalize(lower(readable COLLATE pg_c_utf8), NFD),
        '(o)([\u0300\u0301\u0303\u0309\u0323])([ae])(?![[:alpha:]\u0300-\u036f])|(u)([\u0300\u0301\u0303\u0309\u0323])(y)(?![[:alpha:]\u0300-\u036f])' COLLATE pg_c_utf8,
        '\1\3\2\4\6\5', 'g'), NFC) COLLATE pg_c_utf8, '[^[:alpha:]0-9]', ' ', 'g')
$$;

CREATE FUNCTION qms_plain(spelled text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT translate(normalize(regexp_replace(normalize(spelled, NFD), '[\u0300-\u036f]', '', 'g'), NFC), 'đ', 'd')
$$;

CREATE FUNCTION qms_order(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- A key whose bytes sort as Vietnamese does: a ă â b c d đ e ê …; where the letters are the same, by tone:
    -- none, huyền, hỏi, ngã, sắc, nặng (as dictionaries and the Unicode collation for Vietnamese have it).
    SELECT replace(replace(replace(replace(replace(replace(replace(
            normalize(regexp_replace(small, '[\u0300\u0301\u0303\u0309\u0323]', '', 'g'), NFC),
            'ă', 'a~'), 'â', 'a~~'), 'đ', 'd~'), 'ê', 'e~'), 'ô', 'o~'), 'ơ', 'o~~'), 'ư', 'u~')
        || E'\x01' || translate(regexp_replace(small, '[\u0302\u0306\u031b]', '', 'g'), U&'\0300\0309\0303\0301\0323', E'{|}~\x7f')
    FROM (SELECT normalize(qms_spelled(qms_readable(said)), NFD) AS small) as_signs
$$;

CREATE FUNCTION qms_search_words(spelled text, plain text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN array_to_tsvector(ARRAY(
        SELECT '=' || left(word, 200) FROM string_to_table(spelled, ' ') word WHERE word <> ''
        UNION SELECT left(word, 200) FROM string_to_table(plain, ' ') word WHERE word <> ''
    ));
EXCEPTION WHEN program_limit_exceeded THEN  -- more different words than one vector holds (1 MB): no text, a list of numbers
    RETURN qms_search_words(left(spelled, length(spelled) / 2), left(plain, length(plain) / 2));
END $$;
