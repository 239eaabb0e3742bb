"""Paper: PDF rendering in the official layout, and files stored once with their hash."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import content_disposition_header

from tenants.models import StoredFile
from tenants.scoping import active_agency_id


def render(template: str, context: dict[str, Any], *, language: str = "vi") -> bytes:
    """The template as PDF bytes (PDF/A-3a: tagged, fonts inside, to be archived), in the language of official papers."""
    from weasyprint import HTML  # noqa: PLC0415  (takes a second to import; only workers draw paper)

    with translation.override(language):
        html = render_to_string(template, context)
    fonts, sheet = _stylesheet()
    page = HTML(string=html, base_url=settings.SITE_ADDRESS, url_fetcher=_refuse)
    return page.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/a-3a")


def store(content: bytes, *, name: str, content_type: str = "application/pdf") -> StoredFile:
    """Keep these bytes for the active agency; they are served from then on and never made again."""
    path = default_storage.save(f"{active_agency_id()}/{uuid4().hex}", ContentFile(content))
    return StoredFile.objects.create(
        name=name, content_type=content_type, size=len(content), sha256=hashlib.sha256(content).hexdigest(), path=path
    )


def serve(file: StoredFile) -> FileResponse:
    """The stored bytes as a response. Whoever calls has checked that the reader may see them."""
    response = FileResponse(
        default_storage.open(file.path),
        as_attachment=file.content_type != "application/pdf",
        filename=file.name,
        content_type=file.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def serve_to_save(file: StoredFile) -> FileResponse:
    """Likewise, but never opened in the browser: whatever people brought may hold scripts."""
    response = FileResponse(
        default_storage.open(file.path), as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def derived(content: bytes, *, name: str) -> HttpResponse:
    """A paper derived for whoever asks, such as a stamped copy: shown in the browser, not kept there."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@cache
def _stylesheet() -> tuple[Any, Any]:
    """Fonts and the one stylesheet, read once per worker."""
    from weasyprint import CSS  # noqa: PLC0415
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    fonts = FontConfiguration()
    return fonts, CSS(filename=finders.find("qms.css"), font_config=fonts)


def _refuse(url: str, *_args: Any, **_kwargs: Any) -> dict[str, Any]:
    """Paper fetches nothing: pictures are data URLs, so a hostile text cannot make the server call an address."""
    if url.startswith("data:"):
        from weasyprint import default_url_fetcher  # noqa: PLC0415

        return default_url_fetcher(url)
    raise ValueError(f"Not fetched: {url[:60]}")
