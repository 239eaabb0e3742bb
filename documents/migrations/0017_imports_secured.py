"""Row security of imports: once their keys stand, so that these hold the rows in one agency."""

from typing import ClassVar

from django.db import migrations

OWNED = ("documents_importrun", "documents_historicalimportrun", "documents_importedfile")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0016_imports")]
    operations: ClassVar = [
        *(migrations.RunSQL(f"SELECT qms_secure('{table}')", migrations.RunSQL.noop) for table in OWNED),
        migrations.RunSQL("SELECT qms_append_only('documents_historicalimportrun')", migrations.RunSQL.noop),
    ]
