"""How many have read a version is counted from the index alone."""

from typing import ClassVar

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
    ]
