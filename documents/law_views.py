"""The register of legal texts, a text with the documents that cite it, and the updates it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents import law, law_register, law_sweep, permissions
from documents.citations import code_of
from documents.forms import ReasonForm
from documents.law_forms import LegalTextFilter, LegalTextForm, initial_of
from documents.law_models import LegalText, LegalTextFacts, LegalUpdate, OwnLegalText, UpdateState
from documents.law_reports import Citing, Row, changed_by, citing_rows, listing_of, rows_of, table_of, update_row
from documents.list_views import paper_of
from tenants import clock, spreadsheets
from tenants.transitions import NotAllowed
from tenants.views import deed_page, entered

ROWS = 50
form_page = require_http_methods(["GET", "HEAD", "POST"])


def text_of(code: str) -> LegalTextFacts:
    """The agency's own entry before the shared one, or 404."""
    found = OwnLegalText.objects.filter(code=code).first() or LegalText.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found


@require_safe
def legal_texts(request: Any) -> HttpResponse:
    form = LegalTextFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = law_register.entries(**chosen)
    if (kind := request.GET.get("as")) in spreadsheets.KINDS:
        return spreadsheets.answer(kind, "legal-texts", *table_of(law_register.texts_of(found)))
    if kind == "pdf":
        texts = law_register.texts_of(found)
        return paper_of(request, listing_of(texts), "legal-texts", len(texts))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    updates = LegalUpdate.objects.visible_to(request.member).open().by_document()
    late = updates.overdue(clock.today()).count()
    shown = updates.overdue(clock.today()) if request.GET.get("late") else updates
    context = {
        "filter": form, "page": page, "rows": rows_of(law_register.texts_of(page)), "total": page.paginator.count,
        "filtered": any(chosen.values()), "may_record": bool(_registers(request.member)),
        "updates": [update_row(row, request.member) for row in shown[:ROWS]], "open": updates.count(), "late": late,
        "only_late": bool(request.GET.get("late")), "exports": (*spreadsheets.KINDS, "pdf"),
    }  # fmt: skip
    return render(request, "documents/legal_texts.html", context)


@dataclass(frozen=True)
class TextPage:
    text: LegalTextFacts
    changed_by: list[Row]
    citing: list[Citing]
    updates: list[dict[str, Any]]
    may_edit: bool


@require_safe
def legal_text(request: Any, code: str) -> HttpResponse:
    text = text_of(code)
    about = LegalUpdate.objects.visible_to(request.member).filter(code=text.code).by_document()
    shown = TextPage(
        text=text,
        changed_by=changed_by(text),
        citing=citing_rows(law_sweep.citing([text.code], request.member), text),
        updates=[update_row(row, request.member) for row in about],
        may_edit=_may_edit(text, request.member),
    )
    words = {"replaces": _("Replaces"), "amends": _("Amends"), "repeals": _("Repeals")}
    old = [{"how": words[how], "number": number, "url": _address_of(number)} for how, number in text.changes]
    row = rows_of([text])[0]
    return render(request, "documents/legal_text.html", {"shown": shown, "text": text, "row": row, "changes": old})


def _address_of(number: str) -> str:
    code = code_of(number)
    known = LegalText.objects.filter(code=code).exists() or OwnLegalText.objects.filter(code=code).exists()
    return reverse("legal_text", args=[code]) if known else ""


def _may_edit(text: LegalTextFacts, member: Any) -> bool:
    if text.shared:
        return permissions.may_keep_shared_legal_texts(member)
    return permissions.may_keep_legal_texts(member)


def _registers(member: Any) -> list[tuple[str, Any]]:
    shared = (
        [("shared", _("of the province, for every agency"))] if permissions.may_keep_shared_legal_texts(member) else []
    )
    own = [("own", _("of this agency only"))] if permissions.may_keep_legal_texts(member) else []
    return shared + own


@form_page
def record_legal_text(request: Any) -> HttpResponse:
    registers = _registers(request.member)
    if not registers:
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the ISO secretary"))
    form = LegalTextForm(entered(request), registers=registers)
    if request.method == "POST" and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name in law.EDITABLE}
        shared = form.cleaned_data.get("register", registers[0][0]) == "shared"
        try:
            text = law.record_text(shared=shared, by=request.member, **facts)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, _opened(text, request.member))
            return redirect(text.get_absolute_url())
    words = {"title": _("Enter a legal text"), "verb": _("Enter it in the register"), "back": reverse("legal_texts")}
    sentence = _(
        "What it replaces, amends or repeals opens an update for every document in force that cites it, due three months after the effect; "
        "so does its last day, three months before it comes."
    )
    return deed_page(request, form, sentence=sentence, crumbs=_crumbs(), **words)


@form_page
def edit_legal_text(request: Any, code: str) -> HttpResponse:
    text = text_of(code)
    if not _may_edit(text, request.member):
        needs = _("the lead department") if text.shared else _("the ISO secretary")
        raise NotAllowed(_("Your role in this agency does not include this."), needs=needs)
    form = LegalTextForm(entered(request), registers=[], initial=initial_of(text))
    if request.method == "POST" and form.is_valid():
        changed = {name: form.cleaned_data[name] for name in form.changed_data if name in law.EDITABLE}
        try:
            text = law.edit_text(text, by=request.member, **changed)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, _opened(text, request.member))
            return redirect(text.get_absolute_url())
    words = {
        "title": _("Correct %(number)s") % {"number": text.number},
        "verb": _("Save"),
        "back": text.get_absolute_url(),
    }
    crumbs = [*_crumbs(), {"title": text.number, "url": text.get_absolute_url()}]
    return deed_page(request, form, sentence=_("Updates that are open follow the correction."), crumbs=crumbs, **words)


@form_page
def waive_update(request: Any, key: int) -> HttpResponse:
    """Say that a document needs no change."""
    rows = LegalUpdate.objects.visible_to(request.member).select_related("document")
    update = rows.filter(pk=key).first()
    if update is None:
        raise Http404
    if not permissions.may_waive(update, request.member):
        needs = _("the ISO secretary or the head of the unit in charge")
        raise NotAllowed(_("Your role in this agency does not include this."), about=update, needs=needs)
    form = ReasonForm(entered(request))
    if request.method == "POST" and form.is_valid():
        law.waive(update, by=request.member, reason=form.cleaned_data["reason"])
        messages.success(request, _("Noted: %(code)s needs no change.") % {"code": update.document.code})
        return redirect("document", update.document.code)
    names = {"cited": update.cited, "number": update.number, "code": update.document.code}
    sentence = (
        _(
            "%(code)s cites %(cited)s, which is no longer in effect. With the reason it stays as it is, and the update is closed."
        )
        if update.how == "ended"
        else _(
            "%(code)s cites %(cited)s, which %(number)s changes. With the reason it stays as it is, and the update is closed."
        )
    )
    words = {"title": _("No change needed: %(code)s") % names, "verb": _("No change needed")}
    crumbs = [*_crumbs(), {"title": update.document.code, "url": update.get_absolute_url()}]
    return deed_page(request, form, sentence=sentence % names, crumbs=crumbs, back=update.get_absolute_url(), **words)


def _opened(text: LegalTextFacts, member: Any) -> str:
    count = LegalUpdate.objects.visible_to(member).filter(code=text.code, state=UpdateState.OPEN).count()
    return _("%(number)s stands in the register. Documents of this agency to update: %(count)s.") % {
        "number": text.number, "count": count,
    }  # fmt: skip


def _crumbs() -> list[dict[str, str]]:
    return [{"title": _("Legal documents"), "url": reverse("legal_texts")}]
