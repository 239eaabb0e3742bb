"""The library of standards: editions, an edition as a tree, a clause; and the clauses a document serves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents import clauses, permissions, standard_reports
from documents.law_forms import NoteForm, ServedForm
from documents.models import Clause, StandardEdition
from documents.standard_models import ClauseNote
from documents.views import document_of
from tenants.transitions import NotAllowed
from tenants.views import deed_page, entered

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def standards(request: Any) -> HttpResponse:
    return render(request, "documents/standards.html", {"editions": standard_reports.editions()})


@require_safe
def standard(request: Any, code: str) -> HttpResponse:
    edition = get_object_or_404(StandardEdition, code=code)
    context = {"edition": edition, "lines": standard_reports.tree_of(edition)}
    return render(request, "documents/standard.html", context)


def clause_of(code: str, urn: str) -> Clause:
    """The clause of this edition, or 404; an address may not hold what the database cannot."""
    if "\0" in urn:
        raise Http404
    return get_object_or_404(Clause.objects.select_related("edition", "parent__edition"), edition__code=code, urn=urn)


@require_safe
def clause(request: Any, code: str, urn: str) -> HttpResponse:
    clause = clause_of(code, urn)
    below = list(clause.children.filter(gone=False).select_related("edition").order_by("position"))
    context = {
        "clause": clause, "label": standard_reports.clause_label(clause), "related": standard_reports.related_to(clause),
        "below": [standard_reports.line_of(child, 0) for child in below],
        "serving": standard_reports.serving([clause], request.member)[clause.pk],
        "note": ClauseNote.objects.filter(clause=clause).first(),
        "may_note": permissions.may_note_clauses(request.member) and clause.assessable,
    }  # fmt: skip
    return render(request, "documents/clause.html", context)


@form_page
def note_clause(request: Any, code: str, urn: str) -> HttpResponse:
    """How the agency meets the clause, or why it does not apply."""
    clause = clause_of(code, urn)
    if not permissions.may_note_clauses(request.member):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the ISO secretary"))
    note = ClauseNote.objects.filter(clause=clause).first()
    form = NoteForm(
        entered(request), initial={"applies": note.applies if note else True, "words": note.words if note else ""}
    )
    if request.method == "POST" and form.is_valid():
        clauses.note_clause(clause, by=request.member, **form.cleaned_data)
        messages.success(request, _("Saved for clause %(clause)s.") % {"clause": clause})
        return redirect(clause.get_absolute_url())
    crumbs = [
        {"title": _("Standards"), "url": reverse("standards")},
        {"title": str(clause.edition), "url": clause.edition.get_absolute_url()},
        {"title": str(clause), "url": clause.get_absolute_url()},
    ]
    title = _("Clause %(clause)s in this agency") % {"clause": clause}
    return deed_page(
        request, form, title=title, sentence=clause.asks, verb=_("Save"), crumbs=crumbs, back=clause.get_absolute_url()
    )


@form_page
def document_clauses(request: Any, code: str) -> HttpResponse:
    """Name the clauses a document serves."""
    document = document_of(request, code)
    if not permissions.may_name_clauses(document, request.member):
        raise NotAllowed(
            _("Your role in this agency does not include this."), about=document, needs=_("the ISO secretary")
        )
    form = ServedForm(entered(request), document=document)
    if request.method == "POST" and form.is_valid():
        clauses.name_clauses(document, form.cleaned_data["clauses"], by=request.member)
        messages.success(request, _("The clauses of %(code)s are saved.") % {"code": document.code})
        return redirect("document", document.code)
    words = {"title": _("Clauses served by %(code)s") % {"code": document.code}, "verb": _("Save the clauses")}
    numbers = ", ".join(clauses.implied(document))
    implied = _("By its kind and title it serves %(numbers)s already. Tick what it serves besides.") % {
        "numbers": numbers
    }
    sentence = implied if numbers else _("Tick the clauses this document serves.")
    crumbs = [
        {"title": _("Master list"), "url": reverse("documents")},
        {"title": document.code, "url": document.get_absolute_url()},
    ]
    return deed_page(request, form, sentence=sentence, crumbs=crumbs, back=document.get_absolute_url(), **words)
