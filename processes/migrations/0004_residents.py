"""Free-text papers move to the applicant, whose table overseers cannot read; so do older notes kept as reasons in history.

Each dossier keeps the cut-off it was received under. Documents in force cover what they say; drafts cover nothing yet.
"""

import datetime
from typing import ClassVar

from django.db import migrations, models

# The owner is bound by row security as well: one agency at a time.
MOVE = """
DO $$
DECLARE own record;
BEGIN
    FOR own IN SELECT id, cut_off FROM tenants_agency LOOP
        PERFORM set_config('qms.agency', own.id::text, true);
        UPDATE processes_dossier SET cut_off = own.cut_off WHERE cut_off <> own.cut_off;
        CREATE TEMP TABLE other_paper ON COMMIT DROP AS
            SELECT d.id, d.applicant_id, paper.value AS paper, paper.ordinality AS place
            FROM processes_dossier d JOIN documents_version v ON v.id = d.version_id,
                jsonb_array_elements(d.components) WITH ORDINALITY paper
            WHERE NOT EXISTS (
                SELECT FROM jsonb_array_elements(coalesce(v.content -> 'components', '[]')) asked
                WHERE asked ->> 'name' = paper.value ->> 'name');
        UPDATE processes_applicant a SET other_papers = moved.names FROM (
            SELECT applicant_id, string_agg(paper ->> 'name', E'\n' ORDER BY place) AS names
            FROM other_paper GROUP BY applicant_id) moved WHERE moved.applicant_id = a.id;
        UPDATE processes_dossier d SET components = (
            SELECT coalesce(jsonb_agg(paper.value ORDER BY paper.ordinality), '[]')
            FROM jsonb_array_elements(d.components) WITH ORDINALITY paper
            WHERE NOT EXISTS (SELECT FROM other_paper o WHERE o.id = d.id AND o.place = paper.ordinality)
        ) WHERE d.id IN (SELECT id FROM other_paper);
        DROP TABLE other_paper;
        DELETE FROM processes_coverage c USING processes_service s WHERE s.id = c.service_id AND NOT EXISTS (
            SELECT FROM documents_version v WHERE v.document_id = c.document_id AND v.state = 'in_force'
                AND v.content -> 'services' ? s.code);
        INSERT INTO processes_coverage (agency_id, document_id, service_id)
            SELECT DISTINCT v.agency_id, v.document_id, s.id FROM documents_version v
            JOIN documents_document d ON d.id = v.document_id AND d.kind = 'operational_procedure'
            JOIN processes_service s ON v.content -> 'services' ? s.code
            WHERE v.state = 'in_force'
            ON CONFLICT (document_id, service_id) DO NOTHING;
    END LOOP;
    PERFORM set_config('qms.agency', '', true);
END $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("processes", "0003_names"), ("documents", "0004_names")]
    operations: ClassVar = [
        *(
            migrations.AddField(
                model, "other_papers", models.TextField(blank=True, default="", verbose_name="other papers received"),
                preserve_default=False,
            )
            for model in ("applicant", "historicalapplicant")
        ),
        *(
            migrations.AddField(
                model, "cut_off",
                models.TimeField(default=datetime.time(15), editable=False, verbose_name="same-day cut-off"),
            )
            for model in ("dossier", "historicaldossier")
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        *(
            migrations.RunSQL(f"SELECT qms_secure('{table}', false)", migrations.RunSQL.noop)
            for table in ("processes_historicaldossier", "processes_historicaltask")
        ),
    ]  # fmt: skip
