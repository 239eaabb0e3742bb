"""Numbered controlled copies of a version."""

from typing import ClassVar

import django.db.models.deletion
import simple_history.models
from django.db import migrations, models

import tenants.clock
import tenants.scoping


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("documents", "0005_drafts_are_dropped"),
        ("tenants", "0003_accounts"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="HistoricalControlledCopy",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="copy no.")),
                ("holder", models.CharField(max_length=150, verbose_name="holder")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                ("handed_out_on", models.DateField(default=tenants.clock.today, verbose_name="handed out on")),
                ("recalled_on", models.DateField(blank=True, null=True, verbose_name="recalled on")),
                ("recall_note", models.CharField(blank=True, max_length=300, verbose_name="what became of it")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        default=tenants.scoping.current_agency_id,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.agency",
                        verbose_name="agency",
                    ),
                ),
                (
                    "handed_out_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="handed out by",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tenants.member"
                    ),
                ),
                (
                    "recalled_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="recalled by",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.version",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical controlled copy",
                "verbose_name_plural": "historical controlled copies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ControlledCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="copy no.")),
                ("holder", models.CharField(max_length=150, verbose_name="holder")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                ("handed_out_on", models.DateField(default=tenants.clock.today, verbose_name="handed out on")),
                ("recalled_on", models.DateField(blank=True, null=True, verbose_name="recalled on")),
                ("recall_note", models.CharField(blank=True, max_length=300, verbose_name="what became of it")),
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
                    "handed_out_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="handed out by",
                    ),
                ),
                (
                    "recalled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="recalled by",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="documents.version",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "controlled copy",
                "verbose_name_plural": "controlled copies",
                "ordering": ["version", "number"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("recalled_on__isnull", True)),
                        fields=["agency", "version"],
                        name="copies_out",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "number"), name="copy_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("recalled_by__isnull", True), ("recalled_on__isnull", True)),
                            models.Q(("recalled_by__isnull", False), ("recalled_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="copy_recalled_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recalled_on__isnull", True),
                            ("recalled_on__gte", models.F("handed_out_on")),
                            _connector="OR",
                        ),
                        name="copy_recalled_after_handing_out",
                    ),
                ],
            },
        ),
        migrations.RunSQL("SELECT qms_append_only('documents_historicalcontrolledcopy')", migrations.RunSQL.noop),
    ]
