"""The signature of the approval says the day from which the text is in force, and its seal holds it."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0030_examined_once")]
    operations: ClassVar = [
        migrations.AddField(
            "signature", "effective_from", models.DateField(editable=False, null=True, verbose_name="in force from")
        ),
    ]
