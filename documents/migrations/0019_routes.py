"""Approval routes fixed to versions, confidentiality of documents, and the procedure a form belongs to."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.db import migrations, models

import tenants.scoping


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("documents", "0018_editor"),
        ("tenants", "0004_words"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ApprovalRoute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30, verbose_name="kind")),
                ("stages", models.JSONField(default=dict, verbose_name="stages")),
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
                "verbose_name": "approval route",
                "verbose_name_plural": "approval routes",
                "ordering": ["kind"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "kind"), name="one_route_per_kind"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalApprovalRoute",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("kind", models.CharField(max_length=30, verbose_name="kind")),
                ("stages", models.JSONField(default=dict, verbose_name="stages")),
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
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tenants.member"
                    ),
                ),
            ],
            options={
                "verbose_name": "historical approval route",
                "verbose_name_plural": "historical approval routes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RemoveConstraint(
            model_name="signature",
            name="one_signature_per_role",
        ),
        migrations.AddField(
            model_name="document",
            name="confidentiality",
            field=models.CharField(
                choices=[
                    ("public", "public"),
                    ("internal", "internal: everybody in the agency"),
                    ("restricted", "restricted: its readers only"),
                ],
                db_default="internal",
                default="internal",
                max_length=20,
                verbose_name="confidentiality",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="procedure",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="forms",
                to="documents.document",
                verbose_name="procedure it belongs to",
            ),
        ),
        migrations.AddField(
            model_name="historicaldocument",
            name="confidentiality",
            field=models.CharField(
                choices=[
                    ("public", "public"),
                    ("internal", "internal: everybody in the agency"),
                    ("restricted", "restricted: its readers only"),
                ],
                db_default="internal",
                default="internal",
                max_length=20,
                verbose_name="confidentiality",
            ),
        ),
        migrations.AddField(
            model_name="historicaldocument",
            name="procedure",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="documents.document",
                verbose_name="procedure it belongs to",
            ),
        ),
        migrations.AddField(
            model_name="historicalversion",
            name="awaited",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), db_default=[], default=list, editable=False, size=None
            ),
        ),
        migrations.AddField(
            model_name="historicalversion",
            name="route",
            field=models.JSONField(db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="historicalversion",
            name="stage",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="signature",
            name="authority",
            field=models.CharField(blank=True, db_default="", default="", max_length=200, verbose_name="signed for"),
        ),
        migrations.AddField(
            model_name="signature",
            name="basis",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=120, verbose_name="by which decision"
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="place",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="signature",
            name="seal",
            field=models.CharField(blank=True, db_default="", default="", max_length=64, verbose_name="seal"),
        ),
        migrations.AddField(
            model_name="signature",
            name="stage",
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="stage"),
        ),
        migrations.AddField(
            model_name="version",
            name="awaited",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40), db_default=[], default=list, editable=False, size=None
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="route",
            field=models.JSONField(db_default={}, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="version",
            name="stage",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("confidentiality", "restricted")), fields=["agency"], name="document_restricted"
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "operational_procedure"), _negated=True),
                    models.Q(("confidentiality", "restricted"), _negated=True),
                    _connector="OR",
                ),
                name="operational_procedure_is_open",
                violation_error_message="An operational procedure is made public by law; it cannot be restricted.",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("procedure__isnull", True), ("kind", "form"), _connector="OR"),
                name="form_has_procedure",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("stage__isnull", True), models.Q(("role", "reviewed"), _negated=True), _connector="OR"
                ),
                fields=("version", "round", "role"),
                name="one_signature_per_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                fields=("version", "round", "stage", "place"), name="one_signature_per_place"
            ),
        ),
    ]
