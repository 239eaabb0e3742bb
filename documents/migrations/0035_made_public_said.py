"""When routes came, operational procedures were made public (Decree 63/2010) without a word: the journal says it now."""

from typing import ClassVar

from django.db import migrations

SAY_IT = """
DO $$
DECLARE
    place bigint;
BEGIN
    FOR place IN SELECT id FROM tenants_agency LOOP
        PERFORM set_config('qms.agency', place::text, true);
        INSERT INTO tenants_journalentry
            (agency_id, at, by_id, verb, about_type, about_id, about_label, before, after, reason, details)
        SELECT place, now(), m.id, 'edited', 'documents.document', d.id, left(d.code || ' ' || d.title, 300), '', '',
            'Quy trình tác nghiệp được công khai theo quy định; mức bảo mật được đặt lại khi nâng cấp phần mềm',
            '{"fields": ["confidentiality"]}'
        FROM documents_document d JOIN tenants_member m ON m.agency_id = d.agency_id AND m.is_clock
        WHERE d.agency_id = place AND d.kind = 'operational_procedure' AND d.confidentiality = 'public' AND 'public' <> (
            SELECT h.confidentiality FROM documents_historicaldocument h WHERE h.id = d.id ORDER BY h.history_id DESC LIMIT 1);
    END LOOP;
    PERFORM set_config('qms.agency', '', true);
END $$
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0034_law_repealed")]
    operations: ClassVar = [migrations.RunSQL(SAY_IT, migrations.RunSQL.noop)]
