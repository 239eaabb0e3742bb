"""A delegation says what is delegated; a deputy of a collective body signs TM. and KT."""

from typing import ClassVar

from django.db import migrations, models

CAPACITIES = [
    ("", "in own authority"),
    ("KT.", "KT. (acting for the head)"),
    ("TL.", "TL. (by order)"),
    ("TUQ.", "TUQ. (by delegation)"),
    ("TM.", "TM. (on behalf of the collective)"),
    ("TM. KT.", "TM., KT. (on behalf of the collective, acting for the head)"),
]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0026_mended")]
    operations: ClassVar = [
        *(
            migrations.AddField(
                model_name=model,
                name="what",
                field=models.CharField(
                    blank=True, db_default="", default="", max_length=500, verbose_name="what is delegated"
                ),
            )
            for model in ("delegation", "historicaldelegation")
        ),
        migrations.AlterField(
            model_name="signature",
            name="capacity",
            field=models.CharField(blank=True, choices=CAPACITIES, default="", max_length=10, verbose_name="capacity"),
        ),
    ]
