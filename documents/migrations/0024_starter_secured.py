"""Row security of what agencies say about the framework set, once its keys stand; its history is append-only."""

from typing import ClassVar

from django.db import migrations

OWNED = ("documents_frameworkchoice", "documents_historicalframeworkchoice")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0023_starter")]
    operations: ClassVar = [
        *(migrations.RunSQL(f"SELECT qms_secure('{table}')", migrations.RunSQL.noop) for table in OWNED),
        migrations.RunSQL("SELECT qms_append_only('documents_historicalframeworkchoice')", migrations.RunSQL.noop),
    ]
