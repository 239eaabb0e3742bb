"""Which restricted documents somebody may not see, as a function: every list asks it, and its plan is kept."""

from pathlib import Path
from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0036_delegated_kinds")]
    operations: ClassVar = [
        migrations.RunSQL(
            Path(__file__).with_name("hidden.sql").read_text(),
            "DROP FUNCTION documents_hidden(bigint, bigint, text[], bigint, bigint, text[], date)",
        )
    ]
