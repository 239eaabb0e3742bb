"""Search reads formatted parts as words: no tags, cells of a table apart, letters of one word together."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

FORMER = Path(__file__).with_name("search.sql").read_text().split("CREATE FUNCTION documents_text_of", 1)[1]
FORMER = "CREATE OR REPLACE FUNCTION documents_text_of" + FORMER.split("$$;", 1)[0] + "$$"
FORMATTED = Path(__file__).with_name("search_formatted.sql").read_text()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0017_imports_secured")]
    operations: ClassVar = [migrations.RunSQL(FORMATTED, f"{FORMER}; DROP FUNCTION documents_words_of")]
