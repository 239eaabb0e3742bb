"""Uploaded files."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import tenants.clock
import tenants.scoping


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("documents", "0013_named_editions"),
        ("tenants", "0004_words"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="UploadedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("docx", "Word document (DOCX)"),
                            ("pdf", "PDF document"),
                            ("xlsx", "Excel workbook (XLSX)"),
                            ("odt", "OpenDocument text (ODT)"),
                            ("doc", "Word document of the old format (DOC)"),
                            ("xls", "Excel workbook of the old format (XLS)"),
                            ("rtf", "RTF text"),
                            ("txt", "plain text"),
                            ("png", "picture (PNG)"),
                            ("jpg", "picture (JPEG)"),
                        ],
                        max_length=20,
                        verbose_name="kind of file",
                    ),
                ),
                ("extract", models.JSONField(default=dict)),
                ("text", models.TextField(blank=True, default="")),
                ("uploaded_at", models.DateTimeField(default=tenants.clock.now, verbose_name="uploaded at")),
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
                    "stored",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.storedfile",
                        verbose_name="stored file",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "uploaded file",
                "verbose_name_plural": "uploaded files",
                "ordering": ["-uploaded_at"],
                "constraints": [models.UniqueConstraint(fields=("agency", "sha256"), name="uploaded_once")],
            },
        ),
    ]
