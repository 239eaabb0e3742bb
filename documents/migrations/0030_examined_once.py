"""What was examined of a file that came in is kept until its draft is made; a worker claims the file it reads."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0029_files_searched_whole")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="importedfile",
            name="examined",
            field=models.JSONField(db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="importedfile", name="claimed_at", field=models.DateTimeField(editable=False, null=True)
        ),
    ]
