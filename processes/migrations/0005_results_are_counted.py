"""The results of a month are counted in time and late from the index alone."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("processes", "0004_residents")]
    operations: ClassVar = [
        migrations.RemoveIndex(model_name="dossier", name="dossier_finished"),
        migrations.AddIndex(
            model_name="dossier",
            index=models.Index(
                fields=["agency", "finished_at"],
                include=["punctuality"],
                condition=models.Q(("finished_at__isnull", False)),
                name="dossier_finished",
            ),
        ),
    ]
