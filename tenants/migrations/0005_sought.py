"""Search reads kỹ thuật and kĩ thuật alike, and says when a text has more different words than a vector holds."""

from typing import ClassVar

from django.db import migrations

SOUGHT = r"""
CREATE FUNCTION qms_sought(spelled text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- i for y where it is the only vowel: kỹ as kĩ, quý as quí; not hay, thuỷ, quyết, city. Sign for sign. In Python:
    -- tenants.words.sought.
    SELECT normalize(regexp_replace(normalize(spelled, NFD),
        '(^| )([hklmst]|qu)y(?=[\u0300\u0301\u0303\u0309\u0323]?(?: |$))', '\1\2i', 'g'), NFC)
$$
"""
WORDS = """
CREATE OR REPLACE FUNCTION qms_search_words(spelled text, plain text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN array_to_tsvector(ARRAY(
        SELECT left(word, 200) FROM string_to_table(plain, ' ') word WHERE word <> ''
        UNION SELECT '=' || left(word, 200) FROM (  -- only what has diacritics is asked for as it is spelled
            SELECT word FROM string_to_table(spelled, ' ') word EXCEPT SELECT word FROM string_to_table(plain, ' ') word
        ) marked
    ));
EXCEPTION WHEN program_limit_exceeded THEN  -- more different words than one vector holds (1 MB), as a list of numbers:
    RETURN '+'::tsvector;  -- the text itself is asked
END $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tenants", "0004_words")]
    operations: ClassVar = [
        migrations.RunSQL(SOUGHT),
        migrations.RunSQL(WORDS),
    ]
