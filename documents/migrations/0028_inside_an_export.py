"""An archive knows which documents are in it. Of those made before nobody knows: they are made anew."""

from typing import ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0027_delegated_what")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="documentexport",
            name="documents",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), editable=False, null=True, size=None
            ),
        ),
    ]
