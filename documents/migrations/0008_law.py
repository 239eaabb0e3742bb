"""Legal texts and updates, clauses as trees, correlations, clauses served, notes on clauses."""

from typing import ClassVar

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django_fsm
import simple_history.models
from django.db import migrations, models

import tenants.clock
import tenants.scoping


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("documents", "0007_search"),
        ("tenants", "0003_accounts"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ClauseNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("applies", models.BooleanField(default=True, verbose_name="applies to this agency")),
                (
                    "words",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="how the agency meets it, or why it does not apply"
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
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.clause",
                        verbose_name="clause",
                    ),
                ),
            ],
            options={
                "verbose_name": "note on a clause",
                "verbose_name_plural": "notes on clauses",
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "clause"), name="clause_noted_once"),
                    models.CheckConstraint(
                        condition=models.Q(("applies", True), models.Q(("words", ""), _negated=True), _connector="OR"),
                        name="exclusion_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correlation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("equal", "equal"),
                            ("part_of", "part of"),
                            ("contains", "contains"),
                            ("overlaps", "overlaps"),
                            ("changed", "changed"),
                            ("new", "new"),
                            ("removed", "removed"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("note_vi", models.TextField(blank=True)),
                ("note_en", models.TextField(blank=True)),
                (
                    "former",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="later",
                        to="documents.clause",
                    ),
                ),
                (
                    "later",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former",
                        to="documents.clause",
                    ),
                ),
            ],
            options={
                "verbose_name": "correlation",
                "verbose_name_plural": "correlations",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("former", "later"), name="correlation_once", nulls_distinct=False),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("former__isnull", True), ("kind", "new"), ("later__isnull", False)),
                            models.Q(("former__isnull", False), ("kind", "removed"), ("later__isnull", True)),
                            models.Q(
                                ("former__isnull", False),
                                ("later__isnull", False),
                                models.Q(("kind__in", ["new", "removed"]), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="correlation_has_its_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalClauseNote",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("applies", models.BooleanField(default=True, verbose_name="applies to this agency")),
                (
                    "words",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="how the agency meets it, or why it does not apply"
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
                    "clause",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.clause",
                        verbose_name="clause",
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
                "verbose_name": "historical note on a clause",
                "verbose_name_plural": "historical notes on clauses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLegalText",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        help_text="As it is cited, for example 123/2015/NĐ-CP.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[0-9]", "A legal text is cited by a number; this has no digit."
                            )
                        ],
                        verbose_name="number",
                    ),
                ),
                ("code", models.SlugField(editable=False, max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("law", "Law"),
                            ("ordinance", "Ordinance"),
                            ("resolution", "Resolution"),
                            ("decree", "Decree"),
                            ("decision", "Decision"),
                            ("circular", "Circular"),
                            ("directive", "Directive"),
                            ("standard", "Standard"),
                            ("other", "Other document"),
                        ],
                        default="decree",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("issuer", models.CharField(blank=True, max_length=200, verbose_name="issued by")),
                ("title", models.CharField(max_length=500, verbose_name="abstract")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                ("effective_from", models.DateField(blank=True, null=True, verbose_name="in effect from")),
                ("effective_to", models.DateField(blank=True, null=True, verbose_name="in effect to")),
                (
                    "replaces",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="replaces",
                    ),
                ),
                (
                    "amends",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="amends",
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
                    "history_user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="tenants.member"
                    ),
                ),
            ],
            options={
                "verbose_name": "historical legal text",
                "verbose_name_plural": "historical legal texts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLegalUpdate",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("number", models.CharField(max_length=60, verbose_name="new text")),
                ("code", models.SlugField(editable=False, max_length=80)),
                ("title", models.CharField(max_length=500, verbose_name="abstract")),
                (
                    "how",
                    models.CharField(
                        choices=[("replaces", "replaces"), ("amends", "amends")],
                        default="replaces",
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("cited", models.CharField(max_length=60, verbose_name="text cited")),
                ("cited_code", models.SlugField(editable=False, max_length=80)),
                ("effective_from", models.DateField(verbose_name="in effect from")),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "opened_at",
                    models.DateTimeField(default=tenants.clock.now, editable=False, verbose_name="opened at"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To be updated"), ("done", "Updated"), ("not_needed", "No change needed")],
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
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.version",
                        verbose_name="updated by",
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
                        verbose_name="version that cites it",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical update to the law",
                "verbose_name_plural": "historical updates to the law",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalOwnLegalText",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        help_text="As it is cited, for example 123/2015/NĐ-CP.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[0-9]", "A legal text is cited by a number; this has no digit."
                            )
                        ],
                        verbose_name="number",
                    ),
                ),
                ("code", models.SlugField(editable=False, max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("law", "Law"),
                            ("ordinance", "Ordinance"),
                            ("resolution", "Resolution"),
                            ("decree", "Decree"),
                            ("decision", "Decision"),
                            ("circular", "Circular"),
                            ("directive", "Directive"),
                            ("standard", "Standard"),
                            ("other", "Other document"),
                        ],
                        default="decree",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("issuer", models.CharField(blank=True, max_length=200, verbose_name="issued by")),
                ("title", models.CharField(max_length=500, verbose_name="abstract")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                ("effective_from", models.DateField(blank=True, null=True, verbose_name="in effect from")),
                ("effective_to", models.DateField(blank=True, null=True, verbose_name="in effect to")),
                (
                    "replaces",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="replaces",
                    ),
                ),
                (
                    "amends",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="amends",
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
            ],
            options={
                "verbose_name": "historical legal text of the agency",
                "verbose_name_plural": "historical legal texts of the agency",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalServedClause",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
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
                    "clause",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.clause",
                        verbose_name="clause",
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
            ],
            options={
                "verbose_name": "historical clause served",
                "verbose_name_plural": "historical clauses served",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="LegalText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        help_text="As it is cited, for example 123/2015/NĐ-CP.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[0-9]", "A legal text is cited by a number; this has no digit."
                            )
                        ],
                        verbose_name="number",
                    ),
                ),
                ("code", models.SlugField(editable=False, max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("law", "Law"),
                            ("ordinance", "Ordinance"),
                            ("resolution", "Resolution"),
                            ("decree", "Decree"),
                            ("decision", "Decision"),
                            ("circular", "Circular"),
                            ("directive", "Directive"),
                            ("standard", "Standard"),
                            ("other", "Other document"),
                        ],
                        default="decree",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("issuer", models.CharField(blank=True, max_length=200, verbose_name="issued by")),
                ("title", models.CharField(max_length=500, verbose_name="abstract")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                ("effective_from", models.DateField(blank=True, null=True, verbose_name="in effect from")),
                ("effective_to", models.DateField(blank=True, null=True, verbose_name="in effect to")),
                (
                    "replaces",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="replaces",
                    ),
                ),
                (
                    "amends",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="amends",
                    ),
                ),
            ],
            options={
                "verbose_name": "legal text",
                "verbose_name_plural": "legal texts",
                "ordering": ["-effective_from", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("code",),
                        name="legal_text_once",
                        violation_error_message="The register has a text with this number already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_to__isnull", True),
                            ("effective_from__isnull", True),
                            ("effective_to__gte", models.F("effective_from")),
                            _connector="OR",
                        ),
                        name="legal_text_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalUpdate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=60, verbose_name="new text")),
                ("code", models.SlugField(editable=False, max_length=80)),
                ("title", models.CharField(max_length=500, verbose_name="abstract")),
                (
                    "how",
                    models.CharField(
                        choices=[("replaces", "replaces"), ("amends", "amends")],
                        default="replaces",
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("cited", models.CharField(max_length=60, verbose_name="text cited")),
                ("cited_code", models.SlugField(editable=False, max_length=80)),
                ("effective_from", models.DateField(verbose_name="in effect from")),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "opened_at",
                    models.DateTimeField(default=tenants.clock.now, editable=False, verbose_name="opened at"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To be updated"), ("done", "Updated"), ("not_needed", "No change needed")],
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
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legal_updates",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.version",
                        verbose_name="updated by",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.version",
                        verbose_name="version that cites it",
                    ),
                ),
            ],
            options={
                "verbose_name": "update to the law",
                "verbose_name_plural": "updates to the law",
                "ordering": ["due_on", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["agency", "due_on"], name="legal_updates_open"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("document", "code", "cited_code"), name="legal_update_once"),
                ],
            },
            bases=(django_fsm.ConcurrentTransitionMixin, models.Model),
        ),
        migrations.CreateModel(
            name="OwnLegalText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        help_text="As it is cited, for example 123/2015/NĐ-CP.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "[0-9]", "A legal text is cited by a number; this has no digit."
                            )
                        ],
                        verbose_name="number",
                    ),
                ),
                ("code", models.SlugField(editable=False, max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("law", "Law"),
                            ("ordinance", "Ordinance"),
                            ("resolution", "Resolution"),
                            ("decree", "Decree"),
                            ("decision", "Decision"),
                            ("circular", "Circular"),
                            ("directive", "Directive"),
                            ("standard", "Standard"),
                            ("other", "Other document"),
                        ],
                        default="decree",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("issuer", models.CharField(blank=True, max_length=200, verbose_name="issued by")),
                ("title", models.CharField(max_length=500, verbose_name="abstract")),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                ("effective_from", models.DateField(blank=True, null=True, verbose_name="in effect from")),
                ("effective_to", models.DateField(blank=True, null=True, verbose_name="in effect to")),
                (
                    "replaces",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="replaces",
                    ),
                ),
                (
                    "amends",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="amends",
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
            ],
            options={
                "verbose_name": "legal text of the agency",
                "verbose_name_plural": "legal texts of the agency",
                "ordering": ["-effective_from", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "code"),
                        name="own_legal_text_once",
                        violation_error_message="The register has a text with this number already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_to__isnull", True),
                            ("effective_from__isnull", True),
                            ("effective_to__gte", models.F("effective_from")),
                            _connector="OR",
                        ),
                        name="own_legal_text_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServedClause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.clause",
                        verbose_name="clause",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="served",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
            ],
            options={
                "verbose_name": "clause served",
                "verbose_name_plural": "clauses served",
                "ordering": ["clause__position"],
                "constraints": [
                    models.UniqueConstraint(fields=("document", "clause"), name="served_once"),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="clause",
            name="clause_once",
        ),
        migrations.AddField(
            model_name="clause",
            name="asks_en",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="clause",
            name="asks_vi",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="clause",
            name="assessable",
            field=models.BooleanField(default=True, verbose_name="asked about"),
        ),
        migrations.AddField(
            model_name="clause",
            name="depth",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="clause",
            name="gone",
            field=models.BooleanField(default=False, verbose_name="no longer in the framework"),
        ),
        migrations.AddField(
            model_name="clause",
            name="imported",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="clause",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="children",
                to="documents.clause",
            ),
        ),
        migrations.AddField(
            model_name="clause",
            name="urn",
            field=models.CharField(default="", max_length=300),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="standardedition",
            name="description",
            field=models.TextField(blank=True, verbose_name="description"),
        ),
        migrations.AddField(
            model_name="standardedition",
            name="imported",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="standardedition",
            name="is_draft",
            field=models.BooleanField(default=False, verbose_name="draft edition"),
        ),
        migrations.AddField(
            model_name="standardedition",
            name="source",
            field=models.TextField(blank=True, verbose_name="source"),
        ),
        migrations.AddField(
            model_name="standardedition",
            name="urn",
            field=models.CharField(blank=True, db_index=True, max_length=300),
        ),
        migrations.AddField(
            model_name="standardedition",
            name="version",
            field=models.CharField(blank=True, max_length=40, verbose_name="version"),
        ),
        migrations.AlterField(
            model_name="clause",
            name="number",
            field=models.CharField(blank=True, max_length=100, verbose_name="clause"),
        ),
        migrations.AlterField(
            model_name="clause",
            name="position",
            field=models.PositiveIntegerField(),
        ),
        migrations.AlterField(
            model_name="clause",
            name="question_en",
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AlterField(
            model_name="clause",
            name="question_vi",
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AlterField(
            model_name="clause",
            name="title_en",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="clause",
            name="title_vi",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="standardedition",
            name="code",
            field=models.SlugField(max_length=100, unique=True, verbose_name="code"),
        ),
        migrations.AlterField(
            model_name="standardedition",
            name="name",
            field=models.CharField(max_length=300, verbose_name="name"),
        ),
        migrations.RunSQL(
            "SET CONSTRAINTS ALL IMMEDIATE; UPDATE documents_clause SET urn = number; SET CONSTRAINTS ALL DEFERRED",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.UniqueConstraint(fields=("edition", "urn"), name="clause_once"),
        ),
    ]
