"""A delegation may be limited to kinds of document."""

from typing import ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0035_made_public_said")]
    operations: ClassVar = [
        migrations.AddField(
            model,
            "kinds",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=30), blank=True, db_default=[], default=list, size=None,
                verbose_name="kinds of document",
            ),
        )
        for model in ("delegation", "historicaldelegation")
    ]  # fmt: skip
