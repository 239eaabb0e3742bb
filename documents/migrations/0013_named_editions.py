"""The edition of a clause is called so."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("documents", "0012_secured"),
    ]

    operations: ClassVar = [
        migrations.AlterField(
            model_name="clause",
            name="edition",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clauses",
                to="documents.standardedition",
                verbose_name="edition",
            ),
        ),
    ]
