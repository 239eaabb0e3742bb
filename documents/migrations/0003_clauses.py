"""The clauses of TCVN ISO 9001:2015, for every agency."""

from typing import Any, ClassVar

from django.db import migrations

from documents.standards import CLAUSES, EDITION


def write(apps: Any, schema_editor: Any) -> None:
    code, name = EDITION
    edition, _ = apps.get_model("documents", "StandardEdition").objects.get_or_create(
        code=code, defaults={"name": name, "is_default": True}
    )
    Clause = apps.get_model("documents", "Clause")
    for position, clause in enumerate(CLAUSES, 1):
        values = clause._asdict()
        Clause.objects.update_or_create(
            edition=edition, number=values.pop("number"), defaults=values | {"position": position}
        )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0002_secure")]
    operations: ClassVar = [migrations.RunPython(write, migrations.RunPython.noop)]
