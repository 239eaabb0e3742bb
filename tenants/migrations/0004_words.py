"""How the database reads Vietnamese: for search (small letters, one placement of the tone) and for the order of lists."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations

UNDO = "DROP FUNCTION qms_search_words, qms_order, qms_plain, qms_spelled, qms_readable"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tenants", "0003_accounts")]
    operations: ClassVar = [migrations.RunSQL(Path(__file__).with_name("words.sql").read_text(), UNDO)]
