"""Records kept (series, groups, holds, disposals), and exports of the whole set."""

from typing import ClassVar

import django.core.validators
import django.db.models.deletion
import django_fsm
import simple_history.models
from django.db import migrations, models

import tenants.clock
import tenants.scoping


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("documents", "0020_routes_secured"),
        ("tenants", "0004_words"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Disposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("reason", models.CharField(max_length=1000, verbose_name="reason")),
                ("proposed_at", models.DateTimeField(default=tenants.clock.now, verbose_name="proposed at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "To be decided"),
                            ("approved", "Approved, to be carried out"),
                            ("refused", "Refused"),
                            ("taken_back", "Taken back"),
                            ("carried_out", "Carried out"),
                        ],
                        default="proposed",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided at")),
                (
                    "decision",
                    models.CharField(blank=True, editable=False, max_length=60, verbose_name="number of the decision"),
                ),
                ("answer", models.CharField(blank=True, editable=False, max_length=1000, verbose_name="answer")),
                (
                    "confirmed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("password", "password"),
                            ("webauthn", "passkey or security key"),
                            ("totp", "code of the authenticator app"),
                            ("recovery_codes", "recovery code"),
                        ],
                        default="",
                        editable=False,
                        max_length=20,
                        verbose_name="identity confirmed by",
                    ),
                ),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256")),
                ("carried_out_on", models.DateField(editable=False, null=True, verbose_name="carried out on")),
                ("place", models.CharField(blank=True, editable=False, max_length=200, verbose_name="place")),
                (
                    "method",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="how it was destroyed"),
                ),
                ("commission", models.TextField(blank=True, editable=False, verbose_name="members of the commission")),
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
                    "carried_out_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="carried out by",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="decided by",
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.storedfile",
                        verbose_name="minutes",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "disposal of records",
                "verbose_name_plural": "disposals of records",
                "ordering": ["-proposed_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="disposal_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="disposal_by_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["proposed", "taken_back"]),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state", "refused"),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state__in", ["approved", "carried_out"]),
                                models.Q(("decision", ""), _negated=True),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="disposal_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "carried_out"), _negated=True),
                            models.Q(
                                ("carried_out_by__isnull", False),
                                ("carried_out_on__isnull", False),
                                models.Q(("commission", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="disposal_carried_out",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="DocumentExport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("all_versions", models.BooleanField(default=False, verbose_name="with all signed versions")),
                ("asked_at", models.DateTimeField(default=tenants.clock.now, verbose_name="asked at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Being made"),
                            ("ready", "Ready"),
                            ("failed", "Could not be made"),
                            ("expired", "Removed after its days"),
                        ],
                        default="asked",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                ("path", models.CharField(blank=True, editable=False, max_length=200)),
                ("size", models.PositiveBigIntegerField(editable=False, null=True, verbose_name="size")),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256")),
                (
                    "manifest",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256 of the manifest"),
                ),
                ("versions", models.PositiveIntegerField(editable=False, null=True, verbose_name="versions")),
                (
                    "unprinted",
                    models.PositiveIntegerField(
                        editable=False, null=True, verbose_name="versions whose PDF was not yet made"
                    ),
                ),
                ("made_at", models.DateTimeField(editable=False, null=True, verbose_name="made at")),
                ("expires_at", models.DateTimeField(editable=False, null=True, verbose_name="kept until")),
                (
                    "failure",
                    models.CharField(
                        blank=True, editable=False, max_length=500, verbose_name="why it could not be made"
                    ),
                ),
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
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="asked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "export of the documents",
                "verbose_name_plural": "exports of the documents",
                "ordering": ["-asked_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "asked")),
                        fields=("asked_by", "all_versions"),
                        name="one_export_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ready"), _negated=True),
                            models.Q(
                                models.Q(("sha256", ""), _negated=True),
                                models.Q(("path", ""), _negated=True),
                                ("expires_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="export_ready_has_file",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDisposal",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("reason", models.CharField(max_length=1000, verbose_name="reason")),
                ("proposed_at", models.DateTimeField(default=tenants.clock.now, verbose_name="proposed at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "To be decided"),
                            ("approved", "Approved, to be carried out"),
                            ("refused", "Refused"),
                            ("taken_back", "Taken back"),
                            ("carried_out", "Carried out"),
                        ],
                        default="proposed",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided at")),
                (
                    "decision",
                    models.CharField(blank=True, editable=False, max_length=60, verbose_name="number of the decision"),
                ),
                ("answer", models.CharField(blank=True, editable=False, max_length=1000, verbose_name="answer")),
                (
                    "confirmed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("password", "password"),
                            ("webauthn", "passkey or security key"),
                            ("totp", "code of the authenticator app"),
                            ("recovery_codes", "recovery code"),
                        ],
                        default="",
                        editable=False,
                        max_length=20,
                        verbose_name="identity confirmed by",
                    ),
                ),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256")),
                ("carried_out_on", models.DateField(editable=False, null=True, verbose_name="carried out on")),
                ("place", models.CharField(blank=True, editable=False, max_length=200, verbose_name="place")),
                (
                    "method",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="how it was destroyed"),
                ),
                ("commission", models.TextField(blank=True, editable=False, verbose_name="members of the commission")),
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
                    "carried_out_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="carried out by",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="decided by",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tenants.member"
                    ),
                ),
                (
                    "minutes",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.storedfile",
                        verbose_name="minutes",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="proposed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical disposal of records",
                "verbose_name_plural": "historical disposals of records",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDocumentExport",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("all_versions", models.BooleanField(default=False, verbose_name="with all signed versions")),
                ("asked_at", models.DateTimeField(default=tenants.clock.now, verbose_name="asked at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Being made"),
                            ("ready", "Ready"),
                            ("failed", "Could not be made"),
                            ("expired", "Removed after its days"),
                        ],
                        default="asked",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                ("path", models.CharField(blank=True, editable=False, max_length=200)),
                ("size", models.PositiveBigIntegerField(editable=False, null=True, verbose_name="size")),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256")),
                (
                    "manifest",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256 of the manifest"),
                ),
                ("versions", models.PositiveIntegerField(editable=False, null=True, verbose_name="versions")),
                (
                    "unprinted",
                    models.PositiveIntegerField(
                        editable=False, null=True, verbose_name="versions whose PDF was not yet made"
                    ),
                ),
                ("made_at", models.DateTimeField(editable=False, null=True, verbose_name="made at")),
                ("expires_at", models.DateTimeField(editable=False, null=True, verbose_name="kept until")),
                (
                    "failure",
                    models.CharField(
                        blank=True, editable=False, max_length=500, verbose_name="why it could not be made"
                    ),
                ),
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
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="asked by",
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
                "verbose_name": "historical export of the documents",
                "verbose_name_plural": "historical exports of the documents",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRecordSeries",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(editable=False)),
                ("code", models.CharField(editable=False, max_length=60, verbose_name="code")),
                ("key", models.CharField(editable=False, max_length=330)),
                ("name", models.CharField(editable=False, max_length=300, verbose_name="name")),
                ("place", models.CharField(blank=True, editable=False, max_length=300, verbose_name="kept at")),
                (
                    "words",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="retention as the version says it"
                    ),
                ),
                ("ended_on", models.DateField(editable=False, null=True, verbose_name="no longer named since")),
                (
                    "medium",
                    models.CharField(
                        choices=[("paper", "paper"), ("electronic", "electronic"), ("both", "paper and electronic")],
                        default="both",
                        max_length=12,
                        verbose_name="medium",
                    ),
                ),
                (
                    "retention",
                    models.CharField(
                        choices=[
                            ("unset", "not yet said"),
                            ("years", "a number of years"),
                            ("event", "until something happens"),
                            ("permanent", "permanent"),
                        ],
                        default="unset",
                        max_length=10,
                        verbose_name="kept",
                    ),
                ),
                (
                    "years",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(150),
                        ],
                        verbose_name="years",
                    ),
                ),
                ("event", models.CharField(blank=True, max_length=200, verbose_name="until what happens")),
                (
                    "counted_from",
                    models.CharField(
                        choices=[("year_end", "the end of the year of closing"), ("closing_day", "the day of closing")],
                        default="year_end",
                        max_length=12,
                        verbose_name="years counted from",
                    ),
                ),
                (
                    "legal_basis",
                    models.CharField(blank=True, max_length=200, verbose_name="legal basis of the retention"),
                ),
                (
                    "dossiers",
                    models.BooleanField(default=False, verbose_name="holds the finished dossiers of the procedure"),
                ),
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
                    "document",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tenants.member"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.unit",
                        verbose_name="unit that keeps it",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.version",
                        verbose_name="version that names it",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical series of records",
                "verbose_name_plural": "historical series of records",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RecordSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(editable=False)),
                ("code", models.CharField(editable=False, max_length=60, verbose_name="code")),
                ("key", models.CharField(editable=False, max_length=330)),
                ("name", models.CharField(editable=False, max_length=300, verbose_name="name")),
                ("place", models.CharField(blank=True, editable=False, max_length=300, verbose_name="kept at")),
                (
                    "words",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="retention as the version says it"
                    ),
                ),
                ("ended_on", models.DateField(editable=False, null=True, verbose_name="no longer named since")),
                (
                    "medium",
                    models.CharField(
                        choices=[("paper", "paper"), ("electronic", "electronic"), ("both", "paper and electronic")],
                        default="both",
                        max_length=12,
                        verbose_name="medium",
                    ),
                ),
                (
                    "retention",
                    models.CharField(
                        choices=[
                            ("unset", "not yet said"),
                            ("years", "a number of years"),
                            ("event", "until something happens"),
                            ("permanent", "permanent"),
                        ],
                        default="unset",
                        max_length=10,
                        verbose_name="kept",
                    ),
                ),
                (
                    "years",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(150),
                        ],
                        verbose_name="years",
                    ),
                ),
                ("event", models.CharField(blank=True, max_length=200, verbose_name="until what happens")),
                (
                    "counted_from",
                    models.CharField(
                        choices=[("year_end", "the end of the year of closing"), ("closing_day", "the day of closing")],
                        default="year_end",
                        max_length=12,
                        verbose_name="years counted from",
                    ),
                ),
                (
                    "legal_basis",
                    models.CharField(blank=True, max_length=200, verbose_name="legal basis of the retention"),
                ),
                (
                    "dossiers",
                    models.BooleanField(default=False, verbose_name="holds the finished dossiers of the procedure"),
                ),
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
                    "document",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="record_series",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tenants.unit",
                        verbose_name="unit that keeps it",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.version",
                        verbose_name="version that names it",
                    ),
                ),
            ],
            options={
                "verbose_name": "series of records",
                "verbose_name_plural": "series of records",
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="record_series_code_once"),
                    models.UniqueConstraint(fields=("document", "key"), name="record_series_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("dossiers", True)),
                        fields=("document",),
                        name="one_series_of_dossiers",
                        violation_error_message="Another series of this procedure holds its dossiers.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("retention", "years"), ("years__isnull", False)),
                            ("retention", "event"),
                            models.Q(("retention__in", ["unset", "permanent"]), ("years__isnull", True)),
                            _connector="OR",
                        ),
                        name="retention_years_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(editable=False)),
                ("code", models.CharField(editable=False, max_length=80, verbose_name="code")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("first_on", models.DateField(verbose_name="records from")),
                ("last_on", models.DateField(blank=True, null=True, verbose_name="records to")),
                ("count", models.PositiveIntegerField(blank=True, null=True, verbose_name="number of papers or files")),
                ("location", models.CharField(blank=True, max_length=200, verbose_name="location")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                ("event_on", models.DateField(blank=True, null=True, verbose_name="the event happened on")),
                ("ends_on", models.DateField(editable=False, null=True, verbose_name="kept until")),
                ("disposed_on", models.DateField(editable=False, null=True, verbose_name="disposed of on")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Being filled"), ("closed", "Kept"), ("disposed", "Disposed of")],
                        default="open",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
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
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="documents.recordseries",
                        verbose_name="series",
                    ),
                ),
            ],
            options={
                "verbose_name": "record group",
                "verbose_name_plural": "record groups",
                "ordering": ["code"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "closed")),
                        fields=["agency", "ends_on"],
                        name="record_groups_ending",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="record_group_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("last_on__isnull", True), ("last_on__gte", models.F("first_on")), _connector="OR"
                        ),
                        name="records_end_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on__isnull", True), ("ends_on__isnull", True), ("state", "open")),
                            models.Q(("closed_on__isnull", False), ("state__in", ["closed", "disposed"])),
                            _connector="OR",
                        ),
                        name="record_group_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("disposed_on__isnull", False), ("state", "disposed")),
                            models.Q(models.Q(("state", "disposed"), _negated=True), ("disposed_on__isnull", True)),
                            _connector="OR",
                        ),
                        name="record_group_disposed",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDisposalItem",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("listed", "in the list"),
                            ("struck", "struck off by the decision"),
                            ("returned", "returned to the register"),
                            ("held", "left out because of a hold"),
                            ("disposed", "disposed of"),
                        ],
                        default="listed",
                        max_length=10,
                        verbose_name="what became of it",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
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
                    "disposal",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.disposal",
                        verbose_name="disposal",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tenants.member"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.recordgroup",
                        verbose_name="record group",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical item of a disposal",
                "verbose_name_plural": "historical items of disposals",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="DisposalItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("listed", "in the list"),
                            ("struck", "struck off by the decision"),
                            ("returned", "returned to the register"),
                            ("held", "left out because of a hold"),
                            ("disposed", "disposed of"),
                        ],
                        default="listed",
                        max_length=10,
                        verbose_name="what became of it",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
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
                    "disposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="documents.disposal",
                        verbose_name="disposal",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="documents.recordgroup",
                        verbose_name="record group",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of a disposal",
                "verbose_name_plural": "items of disposals",
                "ordering": ["group__code"],
                "constraints": [
                    models.UniqueConstraint(fields=("disposal", "group"), name="disposal_item_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome__in", ["listed", "disposed"])),
                        fields=("group",),
                        name="one_disposal_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("inspection", "inspection or audit"),
                            ("complaint", "complaint or denunciation"),
                            ("lawsuit", "lawsuit"),
                            ("investigation", "investigation"),
                            ("other", "other reason"),
                        ],
                        max_length=20,
                        verbose_name="because of",
                    ),
                ),
                ("reason", models.CharField(max_length=1000, verbose_name="reason")),
                ("placed_at", models.DateTimeField(default=tenants.clock.now, verbose_name="placed at")),
                ("lifted_at", models.DateTimeField(null=True, verbose_name="lifted at")),
                ("lift_reason", models.CharField(blank=True, max_length=1000, verbose_name="why it was lifted")),
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
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="documents.recordgroup",
                        verbose_name="record group",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="lifted by",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="placed by",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="documents.recordseries",
                        verbose_name="series",
                    ),
                ),
            ],
            options={
                "verbose_name": "hold on disposal",
                "verbose_name_plural": "holds on disposal",
                "ordering": ["-placed_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=["agency", "group"],
                        name="holds_on_groups",
                    ),
                    models.Index(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=["agency", "series"],
                        name="holds_on_series",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("group__isnull", True), ("series__isnull", False)),
                            models.Q(("group__isnull", False), ("series__isnull", True)),
                            _connector="OR",
                        ),
                        name="hold_is_on_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lift_reason", ""), ("lifted_at__isnull", True), ("lifted_by__isnull", True)),
                            models.Q(
                                ("lifted_at__isnull", False),
                                ("lifted_by__isnull", False),
                                models.Q(("lift_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hold_lifted_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalRecordHold",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("inspection", "inspection or audit"),
                            ("complaint", "complaint or denunciation"),
                            ("lawsuit", "lawsuit"),
                            ("investigation", "investigation"),
                            ("other", "other reason"),
                        ],
                        max_length=20,
                        verbose_name="because of",
                    ),
                ),
                ("reason", models.CharField(max_length=1000, verbose_name="reason")),
                ("placed_at", models.DateTimeField(default=tenants.clock.now, verbose_name="placed at")),
                ("lifted_at", models.DateTimeField(null=True, verbose_name="lifted at")),
                ("lift_reason", models.CharField(blank=True, max_length=1000, verbose_name="why it was lifted")),
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
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="lifted by",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="placed by",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.recordgroup",
                        verbose_name="record group",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.recordseries",
                        verbose_name="series",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical hold on disposal",
                "verbose_name_plural": "historical holds on disposal",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRecordGroup",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("number", models.PositiveIntegerField(editable=False)),
                ("code", models.CharField(editable=False, max_length=80, verbose_name="code")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("first_on", models.DateField(verbose_name="records from")),
                ("last_on", models.DateField(blank=True, null=True, verbose_name="records to")),
                ("count", models.PositiveIntegerField(blank=True, null=True, verbose_name="number of papers or files")),
                ("location", models.CharField(blank=True, max_length=200, verbose_name="location")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                ("event_on", models.DateField(blank=True, null=True, verbose_name="the event happened on")),
                ("ends_on", models.DateField(editable=False, null=True, verbose_name="kept until")),
                ("disposed_on", models.DateField(editable=False, null=True, verbose_name="disposed of on")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Being filled"), ("closed", "Kept"), ("disposed", "Disposed of")],
                        default="open",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
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
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.recordseries",
                        verbose_name="series",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical record group",
                "verbose_name_plural": "historical record groups",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
