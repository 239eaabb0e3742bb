"""Whose account it is to manage; sessions that end; user names that are no e-mail address."""

from typing import ClassVar

import django.core.validators
from django.db import migrations, models

TIES = """
CREATE POLICY qms_ties ON tenants_journalentry FOR SELECT TO CURRENT_USER USING (verb = 'account_opened');
CREATE FUNCTION qms_ties(person bigint, day date) RETURNS TABLE (agency_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.agency_id FROM tenants_member m
    WHERE m.user_id = person AND (m.valid_to IS NULL OR m.valid_to >= day)
    UNION
    SELECT j.agency_id FROM tenants_journalentry j
    WHERE j.verb = 'account_opened' AND j.about_type = 'tenants.user' AND j.about_id = person
      AND NOT EXISTS (SELECT FROM tenants_member m WHERE m.user_id = person AND m.agency_id = j.agency_id)
$$;
"""  # where a person is or will be at work, and who has opened the account for a member still to come


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tenants", "0002_secure")]
    operations: ClassVar = [
        migrations.AddField("user", "sessions_ended", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AlterField(
            "user",
            "username",
            models.CharField(
                error_messages={"unique": "This user name is taken. Choose another."},
                max_length=150,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator("^[\\w.+-]+\\Z", "Use letters, digits and . + - _ only.")
                ],
                verbose_name="user name",
            ),
        ),
        migrations.AddIndex(
            "journalentry",
            models.Index(condition=models.Q(("verb", "account_opened")), fields=["about_id"], name="journal_accounts"),
        ),
        migrations.RunSQL(TIES, "DROP FUNCTION qms_ties(bigint, date); DROP POLICY qms_ties ON tenants_journalentry;"),
    ]
