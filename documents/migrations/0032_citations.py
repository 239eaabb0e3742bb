"""What a version cites, as rows."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import tenants.scoping


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0031_signed_day"), ("tenants", "0004_words")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="Citation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(db_index=False, max_length=80)),
                ("number", models.CharField(max_length=60, verbose_name="number")),
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
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="citations",
                        to="documents.version",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "citation",
                "verbose_name_plural": "citations",
                "indexes": [models.Index(fields=["agency", "code"], name="citation_by_code")],
                "constraints": [models.UniqueConstraint(fields=("version", "code"), name="cited_once")],
            },
        ),
    ]
