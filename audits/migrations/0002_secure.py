"""Row-level security, composite keys and append-only tables."""

from typing import ClassVar

from django.db import migrations

OWNED = """
audits_audit
audits_auditor
audits_question
audits_finding
audits_historicalaudit
audits_historicalauditor
audits_historicalquestion
audits_historicalfinding
""".split()
CLOSED_TO_OVERSEERS = set[str]()
APPEND_ONLY = """
audits_historicalaudit
audits_historicalauditor
audits_historicalquestion
audits_historicalfinding
""".split()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audits", "0001_initial"), ("processes", "0002_secure")]
    operations: ClassVar = [
        *(
            migrations.RunSQL(
                f"SELECT qms_secure('{table}', {table not in CLOSED_TO_OVERSEERS})", migrations.RunSQL.noop
            )
            for table in OWNED
        ),
        *(migrations.RunSQL(f"SELECT qms_append_only('{table}')", migrations.RunSQL.noop) for table in APPEND_ONLY),
    ]
