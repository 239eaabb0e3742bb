"""The life of a document around its versions: requests, comments, delegations, reviews, readers; one version on a day."""

from typing import ClassVar

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.expressions
import django_fsm
import simple_history.models
from django.db import migrations, models

import tenants.clock
import tenants.scoping

APPEND_ONLY = [
    "documents_periodicreview",
    "documents_historicaldelegation",
    "documents_historicalcomment",
    "documents_historicalchangerequest",
    "documents_historicalaudience",
    "documents_historicalcodepattern",
]

# Until now a version replaced on its first day, or withdrawn on the day the next came, kept that day as its last.
# The owner's own policy is lifted meanwhile: migrations work for no agency.
END_THE_DAY_BEFORE = """
ALTER TABLE documents_version NO FORCE ROW LEVEL SECURITY;
UPDATE documents_version v SET effective_to = (
    SELECT min(w.effective_from) - 1 FROM documents_version w WHERE w.document_id = v.document_id
        AND (w.issue, w.revision) > (v.issue, v.revision) AND w.effective_from >= v.effective_from
        AND (w.state = 'in_force' OR w.state IN ('superseded', 'withdrawn') AND w.effective_to IS NOT NULL))
WHERE v.state IN ('superseded', 'withdrawn') AND v.effective_to >= (
    SELECT min(w.effective_from) FROM documents_version w WHERE w.document_id = v.document_id
        AND (w.issue, w.revision) > (v.issue, v.revision) AND w.effective_from >= v.effective_from
        AND (w.state = 'in_force' OR w.state IN ('superseded', 'withdrawn') AND w.effective_to IS NOT NULL));
ALTER TABLE documents_version FORCE ROW LEVEL SECURITY;
"""

# Which acknowledgements go on is decided while it is a draft, and signed as it stands.
KEEP_EXTENT = """
CREATE FUNCTION documents_keep_extent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('draft', 'dropped') AND NEW.is_minor IS DISTINCT FROM OLD.is_minor THEN
        RAISE EXCEPTION 'a signed version does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER documents_keep_extent BEFORE UPDATE ON documents_version
    FOR EACH ROW EXECUTE FUNCTION documents_keep_extent();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("documents", "0010_editions"),
        ("tenants", "0003_accounts"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Audience",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agency_head", "Head of the agency"),
                            ("deputy_head", "Deputy head, quality representative"),
                            ("iso_secretary", "ISO secretary"),
                            ("document_controller", "Document controller"),
                            ("unit_head", "Head of unit"),
                            ("officer", "Officer"),
                            ("receptionist", "Receptionist at the one-stop desk"),
                            ("internal_auditor", "Internal auditor"),
                            ("lead_auditor", "Lead auditor"),
                            ("overseer", "Overseer of the lead department"),
                            ("province_leader", "Province leader"),
                            ("supervisor", "Supervisor (Fatherland Front, People's Inspection)"),
                            ("agency_admin", "Administrator of the agency"),
                        ],
                        max_length=30,
                        verbose_name="role",
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
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audience",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "reader of a document",
                "verbose_name_plural": "readers of documents",
                "ordering": ["document", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "unit", "role", "member"), name="audience_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("member__isnull", True), ("role", ""), ("unit__isnull", False)),
                            models.Q(
                                ("member__isnull", True), ("unit__isnull", True), models.Q(("role", ""), _negated=True)
                            ),
                            models.Q(("member__isnull", False), ("role", ""), ("unit__isnull", True)),
                            _connector="OR",
                        ),
                        name="audience_is_one_thing",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("parts", models.CharField(max_length=200, verbose_name="parts to be changed")),
                ("reason", models.CharField(max_length=1000, verbose_name="reason")),
                ("asked_at", models.DateTimeField(default=tenants.clock.now, verbose_name="asked at")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "To be decided"), ("accepted", "Accepted"), ("refused", "Refused")],
                        default="proposed",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided at")),
                ("answer", models.CharField(blank=True, editable=False, max_length=1000, verbose_name="answer")),
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
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_requests",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="documents.version",
                        verbose_name="draft",
                    ),
                ),
            ],
            options={
                "verbose_name": "request for change",
                "verbose_name_plural": "requests for change",
                "ordering": ["-asked_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "code"), name="change_request_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("state", "proposed")),
                            models.Q(("decided_at__isnull", False), ("state", "accepted"), ("version__isnull", False)),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("state", "refused"),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="change_request_decided",
                    ),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="CodePattern",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30, verbose_name="kind")),
                ("pattern", models.CharField(max_length=60, verbose_name="pattern")),
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
                "verbose_name": "code pattern",
                "verbose_name_plural": "code patterns",
                "ordering": ["kind"],
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "kind"), name="one_pattern_per_kind"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                ("part", models.CharField(max_length=30, verbose_name="part")),
                ("text", models.TextField(max_length=2000, verbose_name="comment")),
                ("said_at", models.DateTimeField(default=tenants.clock.now, verbose_name="said at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
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
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="said by",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="documents.version",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "ordering": ["said_at", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)), fields=["version"], name="comment_open"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decision", models.CharField(max_length=60, verbose_name="number of the decision")),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended early")),
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
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="delegated by",
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="tenants.member",
                        verbose_name="delegated to",
                    ),
                ),
            ],
            options={
                "verbose_name": "delegation of signing",
                "verbose_name_plural": "delegations of signing",
                "ordering": ["-first_day", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))), name="delegation_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to", models.F("by")), _negated=True), name="delegation_to_somebody_else"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalAudience",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agency_head", "Head of the agency"),
                            ("deputy_head", "Deputy head, quality representative"),
                            ("iso_secretary", "ISO secretary"),
                            ("document_controller", "Document controller"),
                            ("unit_head", "Head of unit"),
                            ("officer", "Officer"),
                            ("receptionist", "Receptionist at the one-stop desk"),
                            ("internal_auditor", "Internal auditor"),
                            ("lead_auditor", "Lead auditor"),
                            ("overseer", "Overseer of the lead department"),
                            ("province_leader", "Province leader"),
                            ("supervisor", "Supervisor (Fatherland Front, People's Inspection)"),
                            ("agency_admin", "Administrator of the agency"),
                        ],
                        max_length=30,
                        verbose_name="role",
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
                    "document",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
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
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="person",
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
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical reader of a document",
                "verbose_name_plural": "historical readers of documents",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalChangeRequest",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="code")),
                ("parts", models.CharField(max_length=200, verbose_name="parts to be changed")),
                ("reason", models.CharField(max_length=1000, verbose_name="reason")),
                ("asked_at", models.DateTimeField(default=tenants.clock.now, verbose_name="asked at")),
                (
                    "state",
                    models.CharField(
                        choices=[("proposed", "To be decided"), ("accepted", "Accepted"), ("refused", "Refused")],
                        default="proposed",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided at")),
                ("answer", models.CharField(blank=True, editable=False, max_length=1000, verbose_name="answer")),
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
                    "document",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
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
                    "version",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.version",
                        verbose_name="draft",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical request for change",
                "verbose_name_plural": "historical requests for change",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalCodePattern",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("kind", models.CharField(max_length=30, verbose_name="kind")),
                ("pattern", models.CharField(max_length=60, verbose_name="pattern")),
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
                "verbose_name": "historical code pattern",
                "verbose_name_plural": "historical code patterns",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalComment",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField()),
                ("part", models.CharField(max_length=30, verbose_name="part")),
                ("text", models.TextField(max_length=2000, verbose_name="comment")),
                ("said_at", models.DateTimeField(default=tenants.clock.now, verbose_name="said at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
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
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="said by",
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
                "verbose_name": "historical comment",
                "verbose_name_plural": "historical comments",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDelegation",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("decision", models.CharField(max_length=60, verbose_name="number of the decision")),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended early")),
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
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="delegated by",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tenants.member"
                    ),
                ),
                (
                    "to",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="delegated to",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical delegation of signing",
                "verbose_name_plural": "historical delegations of signing",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="PeriodicReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(null=True, verbose_name="was due on")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("keep", "keep: it still fits"),
                            ("revise", "revise: a request for change is opened"),
                            ("withdraw", "withdraw: the head of the agency is asked to withdraw it"),
                        ],
                        max_length=20,
                        verbose_name="verdict",
                    ),
                ),
                ("reason", models.CharField(max_length=1000, verbose_name="reason")),
                ("reviewed_at", models.DateTimeField(default=tenants.clock.now, verbose_name="reviewed at")),
                ("next_on", models.DateField(null=True, verbose_name="next review")),
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
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenants.member",
                        verbose_name="reviewed by",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.changerequest",
                        verbose_name="request for change",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="documents.version",
                        verbose_name="version",
                    ),
                ),
            ],
            options={
                "verbose_name": "periodic review",
                "verbose_name_plural": "periodic reviews",
                "ordering": ["-reviewed_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_on__isnull", False), ("request__isnull", True), ("verdict", "keep")),
                            models.Q(("request__isnull", False), ("verdict", "revise")),
                            models.Q(("request__isnull", True), ("verdict", "withdraw")),
                            _connector="OR",
                        ),
                        name="review_says_what_follows",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="version",
            name="version_ends_after_start",
        ),
        migrations.AddField(
            model_name="acknowledgement",
            name="answer",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=1000, verbose_name="answer to the question"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="question",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="question to readers"
            ),
        ),
        migrations.AddField(
            model_name="historicalacknowledgement",
            name="answer",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=1000, verbose_name="answer to the question"
            ),
        ),
        migrations.AddField(
            model_name="historicaldocument",
            name="question",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=300, verbose_name="question to readers"
            ),
        ),
        migrations.AddField(
            model_name="historicalversion",
            name="is_minor",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="minor correction"),
        ),
        migrations.AddField(
            model_name="signature",
            name="confirmed",
            field=models.CharField(
                blank=True,
                choices=[
                    ("password", "password"),
                    ("webauthn", "passkey or security key"),
                    ("totp", "code of the authenticator app"),
                    ("recovery_codes", "recovery code"),
                ],
                db_default="",
                default="",
                max_length=20,
                verbose_name="identity confirmed by",
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="is_minor",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="minor correction"),
        ),
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                choices=[
                    ("policy", "Quality policy"),
                    ("objectives", "Quality objectives"),
                    ("manual", "Quality manual"),
                    ("system_procedure", "System procedure"),
                    ("operational_procedure", "Operational procedure"),
                    ("internal_procedure", "Internal procedure"),
                    ("work_instruction", "Work instruction"),
                    ("form", "Form"),
                    ("regulation", "Regulation"),
                    ("functions", "Functions and duties"),
                    ("job_description", "Job description"),
                    ("decision", "Decision"),
                    ("announcement", "Announcement"),
                    ("external", "External document"),
                ],
                max_length=30,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="historicaldocument",
            name="kind",
            field=models.CharField(
                choices=[
                    ("policy", "Quality policy"),
                    ("objectives", "Quality objectives"),
                    ("manual", "Quality manual"),
                    ("system_procedure", "System procedure"),
                    ("operational_procedure", "Operational procedure"),
                    ("internal_procedure", "Internal procedure"),
                    ("work_instruction", "Work instruction"),
                    ("form", "Form"),
                    ("regulation", "Regulation"),
                    ("functions", "Functions and duties"),
                    ("job_description", "Job description"),
                    ("decision", "Decision"),
                    ("announcement", "Announcement"),
                    ("external", "External document"),
                ],
                max_length=30,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("effective_to__isnull", True),
                    (
                        "effective_to__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("effective_from"), "-", models.Value(1)
                        ),
                    ),
                    _connector="OR",
                ),
                name="version_ends_after_start",
            ),
        ),
        migrations.RunSQL(END_THE_DAY_BEFORE, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="version",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("state", "in_force"),
                    models.Q(("effective_to__isnull", False), ("state__in", ["superseded", "withdrawn"])),
                    _connector="OR",
                ),
                expressions=[
                    (
                        models.Func(
                            models.F("document"), models.F("document"), models.Value("[]"), function="int8range"
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("effective_from"),
                            django.db.models.expressions.CombinedExpression(
                                models.F("effective_to"), "+", models.Value(1)
                            ),
                            models.Value("[)"),
                            function="daterange",
                        ),
                        "&&",
                    ),
                ],
                name="one_version_on_a_day",
            ),
        ),
        migrations.AddField(
            model_name="signature",
            name="delegation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.delegation",
                verbose_name="delegation",
            ),
        ),
        *(migrations.RunSQL(f"SELECT qms_append_only('{table}')", migrations.RunSQL.noop) for table in APPEND_ONLY),
        migrations.RunSQL(KEEP_EXTENT, "DROP FUNCTION documents_keep_extent() CASCADE"),
    ]
