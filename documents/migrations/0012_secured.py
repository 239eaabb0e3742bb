"""Row security of copies and search texts: once their keys stand, so that these hold the rows in one agency."""

from typing import ClassVar

from django.db import migrations

OWNED = ("documents_controlledcopy", "documents_historicalcontrolledcopy", "documents_searchtext")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0011_cycle")]
    operations: ClassVar = [
        migrations.RunSQL(f"SELECT qms_secure('{table}')", migrations.RunSQL.noop) for table in OWNED
    ]
