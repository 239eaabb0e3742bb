"""How many have read a version is counted from the index alone."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0037_hidden")]
    operations: ClassVar = [
        migrations.RemoveConstraint("acknowledgement", "acknowledged_once"),
        migrations.AddConstraint(
            "acknowledgement",
            models.UniqueConstraint(
                fields=("version", "member"), include=("agency", "read_at"), name="acknowledged_once"
            ),
        ),
        migrations.AlterField(
            "acknowledgement",
            "version",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acknowledgements",
                to="documents.version",
                verbose_name="version",
            ),
        ),
    ]
