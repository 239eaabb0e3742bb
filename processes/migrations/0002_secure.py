"""Row-level security, composite keys and append-only tables."""

from typing import ClassVar

from django.db import migrations

OWNED = """
processes_coverage
processes_applicant
processes_dossier
processes_task
processes_handover
processes_historicalcoverage
processes_historicalapplicant
processes_historicaldossier
processes_historicaltask
""".split()
CLOSED_TO_OVERSEERS = {"processes_applicant", "processes_historicalapplicant", "processes_handover"}
APPEND_ONLY = """
processes_handover
processes_historicalcoverage
processes_historicalapplicant
processes_historicaldossier
processes_historicaltask
""".split()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("processes", "0001_initial"), ("documents", "0002_secure")]
    operations: ClassVar = [
        *(
            migrations.RunSQL(
                f"SELECT qms_secure('{table}', {table not in CLOSED_TO_OVERSEERS})", migrations.RunSQL.noop
            )
            for table in OWNED
        ),
        *(migrations.RunSQL(f"SELECT qms_append_only('{table}')", migrations.RunSQL.noop) for table in APPEND_ONLY),
    ]
