"""A draft can be dropped and its number taken up again; what is sealed includes the amendment line; codes begin with a sign."""

from typing import ClassVar

import django.core.validators
from django.db import migrations, models
from django.db.models import Q

STATES = [
    ("draft", "Draft"),
    ("in_review", "In review"),
    ("in_approval", "Awaiting approval"),
    ("approved", "Approved, not yet in force"),
    ("in_force", "In force"),
    ("superseded", "Superseded"),
    ("withdrawn", "Withdrawn"),
    ("dropped", "Dropped"),
]
CODE = django.core.validators.RegexValidator(
    "^[^\\W_][\\w.\\-]*\\Z",
    "Begin with a letter or digit; then letters, digits, dots and hyphens only, for example QT.TP.01.",
)

KEEP_SIGNED = """
CREATE OR REPLACE FUNCTION documents_keep_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'versions are never deleted' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (NEW.document_id, NEW.agency_id) IS DISTINCT FROM (OLD.document_id, OLD.agency_id)
       OR (NEW.issue, NEW.revision) IS DISTINCT FROM (OLD.issue, OLD.revision) AND NOT (OLD.state = 'dropped' AND NEW.state = 'draft')
       OR OLD.state <> 'draft' AND NOT (OLD.state = 'dropped' AND NEW.state = 'draft')
           AND ((NEW.title, NEW.content, NEW.change_reason, NEW.change_parts, NEW.change_summary)
               IS DISTINCT FROM (OLD.title, OLD.content, OLD.change_reason, OLD.change_parts, OLD.change_summary)
           OR NEW.state <> 'draft' AND NEW.sha256 <> OLD.sha256)
       OR OLD.state IN ('in_force', 'superseded', 'withdrawn') AND NEW.effective_from IS DISTINCT FROM OLD.effective_from
       OR OLD.pdf_id IS NOT NULL AND NEW.pdf_id IS DISTINCT FROM OLD.pdf_id THEN
        RAISE EXCEPTION 'a signed version does not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0004_names")]
    operations: ClassVar = [
        migrations.RemoveConstraint("version", "signed_has_hash"),
        *(
            migrations.AlterField(
                model, "code", models.CharField(max_length=40, validators=[CODE], verbose_name="code")
            )
            for model in ("document", "historicaldocument")
        ),
        *(
            migrations.AlterField(
                model,
                "state",
                models.CharField(choices=STATES, default="draft", max_length=50, verbose_name="state"),
            )
            for model in ("version", "historicalversion")
        ),
        migrations.AddConstraint(
            "version",
            models.CheckConstraint(name="signed_has_hash", condition=Q(state__in=["draft", "dropped"]) | ~Q(sha256="")),
        ),
        migrations.RunSQL(KEEP_SIGNED, migrations.RunSQL.noop),
    ]
