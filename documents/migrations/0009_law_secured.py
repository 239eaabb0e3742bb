"""Row security of what an agency says about law and clauses; histories are append-only."""

from typing import ClassVar

from django.db import migrations

OWNED = [
    "documents_ownlegaltext",
    "documents_legalupdate",
    "documents_servedclause",
    "documents_clausenote",
    "documents_historicalownlegaltext",
    "documents_historicallegalupdate",
    "documents_historicalservedclause",
    "documents_historicalclausenote",
]
APPEND_ONLY = [*(table for table in OWNED if "historical" in table), "documents_historicallegaltext"]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0008_law")]
    operations: ClassVar = [
        *(migrations.RunSQL(f"SELECT qms_secure('{table}')", migrations.RunSQL.noop) for table in OWNED),
        *(migrations.RunSQL(f"SELECT qms_append_only('{table}')", migrations.RunSQL.noop) for table in APPEND_ONLY),
    ]
