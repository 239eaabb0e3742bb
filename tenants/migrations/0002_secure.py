"""Row-level security, composite keys and append-only tables."""

from typing import ClassVar

from django.db import migrations

OWNED = """
tenants_unit
tenants_member
tenants_journalentry
tenants_counter
tenants_closure
tenants_workhours
tenants_storedfile
tenants_reminder
tenants_mail
tenants_historicalunit
tenants_historicalmember
tenants_historicalclosure
tenants_historicalworkhours
""".split()
CLOSED_TO_OVERSEERS = {"tenants_mail", "tenants_reminder", "tenants_journalentry"}
APPEND_ONLY = """
tenants_journalentry
tenants_storedfile
tenants_historicalagency
tenants_historicalcalendarday
tenants_historicalunit
tenants_historicalmember
tenants_historicalclosure
tenants_historicalworkhours
""".split()

MEMBERSHIPS = """
CREATE POLICY qms_memberships ON tenants_member FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION qms_memberships(person bigint, day date) RETURNS TABLE (agency_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.agency_id FROM tenants_member m
    WHERE m.user_id = person AND m.valid_from <= day AND (m.valid_to IS NULL OR m.valid_to >= day)
$$;
"""  # the one question asked before an agency is active: in which agencies is this person at work?


class Migration(migrations.Migration):
    dependencies: ClassVar = [("tenants", "0001_initial")]
    operations: ClassVar = [
        *(
            migrations.RunSQL(
                f"SELECT qms_secure('{table}', {table not in CLOSED_TO_OVERSEERS})", migrations.RunSQL.noop
            )
            for table in OWNED
        ),
        *(migrations.RunSQL(f"SELECT qms_append_only('{table}')", migrations.RunSQL.noop) for table in APPEND_ONLY),
        migrations.RunSQL(
            MEMBERSHIPS, "DROP FUNCTION qms_memberships(bigint, date); DROP POLICY qms_memberships ON tenants_member;"
        ),
    ]
