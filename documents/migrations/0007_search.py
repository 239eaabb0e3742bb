"""What search sees of every version: a table kept in step by triggers, and the functions that look into it."""

from pathlib import Path
from typing import ClassVar

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

import tenants.scoping

UNDO = """
DROP TRIGGER documents_search_new ON documents_version;
DROP TRIGGER documents_search_edited ON documents_version;
DROP POLICY documents_search ON documents_searchtext;
DROP FUNCTION documents_resembling, documents_search, documents_write_search_text, documents_text_of;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0006_copies"), ("tenants", "0004_words")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_text",
                        serialize=False,
                        to="documents.version",
                    ),
                ),
                ("head", models.IntegerField()),
                ("body", models.TextField()),
                ("spelled", models.TextField()),
                ("plain", models.TextField()),
                ("names", models.TextField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                (
                    "agency",
                    models.ForeignKey(
                        default=tenants.scoping.current_agency_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.agency",
                        verbose_name="agency",
                    ),
                ),
            ],
            options={
                "verbose_name": "text for search",
                "verbose_name_plural": "texts for search",
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["agency", "words"], name="search_words")],
            },
        ),
        migrations.RunSQL(Path(__file__).with_name("search.sql").read_text(), UNDO),
    ]
