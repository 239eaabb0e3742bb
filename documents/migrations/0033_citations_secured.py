"""Citations belong to their agency; those of every version in force, or on its way there, are written."""

from typing import Any, ClassVar

from django.db import migrations

from documents.citations import cited_in

ON_THE_WAY = ("in_review", "in_approval", "approved", "in_force")


def write_citations(apps: Any, schema_editor: Any) -> None:
    """Agency by agency: of no agency, migrations see no row."""
    versions, files = apps.get_model("documents", "Version"), apps.get_model("documents", "UploadedFile")
    citations = apps.get_model("documents", "Citation")
    with schema_editor.connection.cursor() as cursor:
        for agency in apps.get_model("tenants", "Agency").objects.order_by("pk").values_list("pk", flat=True):
            cursor.execute("SELECT set_config('qms.agency', %s, true)", [str(agency)])
            rows = versions.objects.filter(agency=agency, state__in=ON_THE_WAY)
            for version, content in rows.values_list("pk", "content").iterator(chunk_size=100):
                held = [content.get("file") or {}, *(content.get("attachments") or [])]
                texts = files.objects.filter(agency=agency, sha256__in=[file.get("sha256") or "" for file in held])
                cited = cited_in(content, texts.values_list("text", flat=True))
                citations.objects.bulk_create(
                    citations(agency_id=agency, version_id=version, code=code, number=number[:60])
                    for code, number in cited.items()
                )
        cursor.execute("SELECT set_config('qms.agency', '', true)")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("documents", "0032_citations")]
    operations: ClassVar = [
        migrations.RunSQL("SELECT qms_secure('documents_citation')", migrations.RunSQL.noop),
        migrations.RunPython(write_citations, migrations.RunPython.noop),
    ]
