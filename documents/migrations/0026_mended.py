"""An update to the law may be taken back, and be opened again. What an import wrote is known of every fact it writes.

Of what was imported before there is no other witness than the rows: what they say now was imported.
"""

from typing import ClassVar

from django.db import migrations, models

STATES = [
    ("open", "To be updated"),
    ("done", "Updated"),
    ("not_needed", "No change needed"),
    ("taken_back", "Taken back"),
]


AS_IMPORTED = """
UPDATE documents_correlation SET imported = jsonb_build_object('kind', kind, 'note_vi', note_vi, 'note_en', note_en);
UPDATE documents_clause SET imported = imported || jsonb_build_object('number', number, 'assessable', assessable);
UPDATE documents_standardedition SET imported = imported || jsonb_build_object('is_draft', is_draft);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0025_kept")]
    operations: ClassVar = [
        *(
            migrations.AlterField(
                model_name=model,
                name="state",
                field=models.CharField(choices=STATES, default="open", max_length=50, verbose_name="state"),
            )
            for model in ("legalupdate", "historicallegalupdate")
        ),
        migrations.AddField("correlation", "imported", models.JSONField(default=dict, editable=False)),
        migrations.RunSQL(AS_IMPORTED, migrations.RunSQL.noop),
    ]
