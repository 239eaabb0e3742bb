"""A text may repeal others without a successor; which texts it changes stands as codes, to be asked for."""

from typing import Any, ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models

from documents.citations import code_of

HOW = [("replaces", "replaces"), ("amends", "amends"), ("repeals", "repeals"), ("ended", "has ended")]
TEXTS = ("legaltext", "ownlegaltext")


def write_codes(apps: Any, schema_editor: Any) -> None:
    """The shared register, then that of each agency: of no agency, migrations see no row of theirs."""
    _write(apps.get_model("documents", "LegalText"))
    with schema_editor.connection.cursor() as cursor:
        for agency in apps.get_model("tenants", "Agency").objects.order_by("pk").values_list("pk", flat=True):
            cursor.execute("SELECT set_config('qms.agency', %s, true)", [str(agency)])
            _write(apps.get_model("documents", "OwnLegalText"))
        cursor.execute("SELECT set_config('qms.agency', '', true)")


def _write(texts: Any) -> None:
    for row in texts.objects.order_by("pk"):
        codes = sorted({code_of(number) for number in (*row.replaces, *row.amends)})
        texts.objects.filter(pk=row.pk).update(changed_codes=codes)


def _array(longest: int, **said: Any) -> Any:
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=longest), blank=True, db_default=[], default=list, size=None, **said
    )


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0033_citations_secured")]
    operations: ClassVar = [
        *(
            migrations.AddField(f"{past}{model}", name, field)
            for past in ("", "historical")
            for model in TEXTS
            for name, field in (
                ("repeals", _array(60, verbose_name="repeals")),
                ("changed_codes", _array(80, editable=False)),
            )
        ),
        *(
            migrations.AlterField(
                model,
                "how",
                models.CharField(choices=HOW, default="replaces", max_length=10, verbose_name="how"),
            )
            for model in ("legalupdate", "historicallegalupdate")
        ),
        migrations.RunPython(write_codes, migrations.RunPython.noop),
    ]
