"""How often a file of an import was begun and not ended: one that ends its workers is given up."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0038_counted_from_the_index")]
    operations: ClassVar = [
        migrations.AddField(
            "importedfile", "tries", models.PositiveSmallIntegerField(db_default=0, default=0, editable=False)
        ),
    ]
