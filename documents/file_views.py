"""The files of a draft: uploading, taking off, linking; and the exact bytes of a version's file for who may see it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.validators import URLValidator
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from documents import actions, filing
from documents.confinement import Busy
from documents.content import Content
from documents.editing_views import draft_of
from documents.file_models import UploadedFile
from documents.file_reports import allowed_kinds, file_facts
from documents.forms import Line
from documents.models import Kind, Version
from documents.sniffing import largest
from documents.views import version_of

Number = tuple[int, int]
SANDBOX = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(label=gettext_lazy("File"), max_length=1000, allow_empty_file=True)

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large
        most = {"kinds": allowed_kinds(), "most": filesizeformat(largest())}
        if self.prefix == "content":
            self.fields["file"].help_text = _("%(kinds)s, at most %(most)s.") % most
        else:
            self.fields["file"].help_text = (
                _("%(kinds)s, also older formats, plain text and pictures; at most %(most)s.") % most
            )
        self.fields["file"].error_messages["required"] = _("Choose a file.")

    def clean(self) -> dict[str, Any]:
        if self.too_large:
            self.errors.clear()
            words = _("The file is larger than %(most)s. Divide it or make its pictures smaller.")
            self.add_error("file", words % {"most": filesizeformat(largest())})
        return super().clean() or {}

    def examined(self, *, as_content: bool) -> filing.Examined | None:
        """The file, looked at; None when it does not come in, and why stands in the form."""
        given = self.cleaned_data["file"]
        try:
            return filing.examine(given.read(), given.name, as_content=as_content)
        except (filing.Refused, Busy) as refused:
            self.add_error("file", ValidationError(str(refused)))
            return None


class LinkForm(forms.Form):
    link = Line(
        label=gettext_lazy("Address, or where the paper is"), max_length=1000, required=False,
        help_text=gettext_lazy("For example https://vanban.chinhphu.vn/… or “Cabinet 3, office”. Empty takes it off."),
    )  # fmt: skip

    def clean_link(self) -> str:
        """An address begins with http:// or https://; anything else that looks like one is refused."""
        link = self.cleaned_data["link"]
        if SCHEME.match(link) or link.startswith(("//", "\\\\")):
            URLValidator(schemes=["http", "https"], message=_("Write the whole address, beginning with https://."))(
                link
            )
        return link


def files(request: Any, code: str, number: Number) -> HttpResponse:
    """Every button is a submit of its own; nothing is half done when a file is refused."""
    version = draft_of(request, code, number)
    upload, attachment = UploadForm(prefix="content"), UploadForm(prefix="attachment")
    link = LinkForm(initial={"link": Content.of(version.content).link})
    if request.method != "POST":
        return _page(request, version, upload, attachment, link)
    large = bool(getattr(request, "too_large", ()))
    try:
        if "upload" in request.POST:
            upload = UploadForm(request.POST, request.FILES, prefix="content", too_large=large)
            done = _uploaded(request, version, upload, as_content=True)
        elif "attach" in request.POST:
            attachment = UploadForm(request.POST, request.FILES, prefix="attachment", too_large=large)
            done = _uploaded(request, version, attachment, as_content=False)
        elif "linked" in request.POST:
            link = LinkForm(request.POST)
            done = _linked(request, version, link)
        else:
            done = _taken_off(request, version)
    except actions.Stale as stale:
        return _page(request, stale.version, upload, attachment, link, stale=stale)
    return redirect("version_files", code, version) if done else _page(request, version, upload, attachment, link)


def _uploaded(request: Any, version: Version, form: UploadForm, *, as_content: bool) -> bool:
    if not form.is_valid():
        return False
    examined = form.examined(as_content=as_content)
    if examined is None:
        return False
    put = filing.put_content if as_content else filing.attach
    put(version, examined, by=request.member, seen=_seen(request))
    words = _("The content is now the file %(name)s.") if as_content else _("%(name)s is attached.")
    messages.success(request, words % {"name": examined.file.name})
    for note in examined.inspection.notes[:1] if examined.inspection.renamed else ():
        messages.warning(request, note)
    return True


def _linked(request: Any, version: Version, form: LinkForm) -> bool:
    if not form.is_valid():
        return False
    filing.put_link(version, form.cleaned_data["link"], by=request.member, seen=_seen(request))
    messages.success(request, _("The link is saved.") if form.cleaned_data["link"] else _("The link is taken off."))
    return True


def _taken_off(request: Any, version: Version) -> bool:
    if "take_off" in request.POST:
        filing.take_content_off(version, by=request.member, seen=_seen(request))
        messages.success(request, _("The file is taken off. The content is what is written here."))
    elif "detach" in request.POST:
        filing.detach(version, request.POST["detach"], by=request.member, seen=_seen(request))
        messages.success(request, _("The attachment is taken off."))
    return True


def _page(
    request: Any, version: Version, upload: UploadForm, attachment: UploadForm, link: LinkForm, *, stale: Any = None
) -> HttpResponse:
    content = Content.of(version.content)
    facts = file_facts(content)
    context = {
        "version": version,
        "content": content,
        "facts": facts.get(content.file.sha256),
        "attachments": [facts[file.sha256] for file in content.attachments],
        "upload": upload,
        "attachment": attachment,
        "link": link,
        "may_link": version.document.kind == Kind.EXTERNAL,
        "form": next((form for form in (upload, attachment, link) if form.errors), upload),
        "stale": stale,
        "seen": actions.last_saved(version),
    }
    return render(request, "documents/files.html", context, status=409 if stale else 200)


def _seen(request: Any) -> int:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else 0


@require_safe
def file(request: Any, code: str, number: Number, sha256: str) -> HttpResponseBase:
    """The bytes as they were uploaded, to be saved and never shown by the browser. Whoever sees the version gets them."""
    version = version_of(request, code, number)
    named = next((one for one in Content.of(version.content).files if one.sha256 == sha256), None)
    kept = UploadedFile.objects.select_related("stored").filter(sha256=sha256).first() if named else None
    if named is None or kept is None or not default_storage.exists(kept.stored.path):
        raise Http404
    response = FileResponse(
        default_storage.open(kept.stored.path), as_attachment=True, filename=named.name, content_type=named.media_type
    )
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Download-Options"] = "noopen"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = f'"{sha256}"'
    return response
