"""An update to the law may be taken back, and be opened again."""

from typing import ClassVar

import django_fsm
from django.db import migrations

STATES = [
    ("open", "To be updated"),
    ("done", "Updated"),
    ("not_needed", "No change needed"),
    ("taken_back", "Taken back"),
]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0025_kept")]
    operations: ClassVar = [
        migrations.AlterField(
            model_name=model,
            name="state",
            field=django_fsm.FSMField(
                choices=STATES, default="open", max_length=50, protected=True, verbose_name="state"
            ),
        )
        for model in ("legalupdate", "historicallegalupdate")
    ]
