"""The master list, a document, a version, its paper, and what is to be read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from documents import (
    actions,
    codes,
    commenting,
    comparison,
    law_reports,
    panels,
    permissions,
    reading,
    record_permissions,
    reports,
    routes,
    standard_reports,
)
from documents.forms import DocumentEditForm, DocumentForm, DraftForm, MasterListFilter
from documents.list_views import lists
from documents.models import (
    OPEN_STATES,
    PROCEDURES,
    Acknowledgement,
    Document,
    Extent,
    Kind,
    PeriodicReview,
    State,
    Version,
)
from documents.papers import ISSUED, served, watermark_of
from documents.reminders import REVIEW_AHEAD
from tenants import clock, spreadsheets
from tenants.transitions import NotAllowed, NotPossible
from tenants.views import entered

ROWS = 50
LINES = 50


def document_of(request: Any, code: str) -> Document:
    """The document with this code that the member may see, or 404."""
    found = Document.objects.visible_to(request.member).select_related("unit").filter(code=code).first()
    if found is None:
        raise Http404
    found.agency = request.agency
    return found


def version_of(request: Any, code: str, number: tuple[int, int]) -> Version:
    """The version with this number, with document, agency and drafter, or 404."""
    document = document_of(request, code)
    issue, revision = number
    found = document.versions.select_related("drafted_by", "pdf").filter(issue=issue, revision=revision).first()
    if found is None:
        raise Http404
    found.document, found.agency = document, request.agency
    return found


# --- lists -----------------------------------------------------------------------------------------


def documents(request: Any) -> HttpResponse:
    """The master list (domain §1.4, BM.02), grouped by kind."""
    everything = Document.objects.visible_to(request.member)
    form = MasterListFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = _filtered(everything, chosen).in_order(by_title=chosen.get("sort") == "title")
    if (kind := request.GET.get("as")) in spreadsheets.KINDS:
        return spreadsheets.answer(kind, "documents", *reports.table_of(reports.rows_of(found)))
    counts = reports.counts_of(found)
    count = sum(counts.values())
    page = _page(found, request, count=count)
    rows = reports.rows_of(page.object_list)
    filtered = any(request.GET.get(name) for name in form.fields if name != "sort")
    context = {
        "filter": form,
        "bands": reports.bands_of(rows, counts),
        "page": page,
        "shown": len(rows),
        "found": count,
        "states": dict(
            Version.objects.visible_to(request.member).values_list("state").annotate(count=Count("pk")).order_by()
        ),
        "total": everything.count() if filtered else count,
        "filtered": filtered,
        "may_draft": permissions.may_draft(request.member),
        "may_export": record_permissions.may_export(request.member),
        "lists": lists("documents"),
    }
    return render(request, "documents/documents.html", context)


def _filtered(documents: Any, chosen: dict[str, Any]) -> Any:
    if chosen.get("q"):
        documents = documents.matching(chosen["q"])
    if chosen.get("state"):
        documents = documents.in_state(chosen["state"])
    if chosen.get("review"):
        today = clock.today()
        due = documents.due_for_review(today + REVIEW_AHEAD if chosen["review"] == "soon" else today - dt.timedelta(1))
        documents = due.filter(next_review_on__gte=today) if chosen["review"] == "soon" else due
    given = {name: chosen[name] for name in ("kind", "unit") if chosen.get(name)}
    return documents.filter(**given)


def _page(rows: Any, request: Any, *, count: int | None = None, size: int = ROWS) -> Any:
    paginator = Paginator(rows, size)
    if count is not None:
        paginator.count = count  # known already
    return paginator.get_page(request.GET.get("page"))


def acknowledgements(request: Any) -> HttpResponse:
    """What this member is asked to read, and what they have read."""
    mine = Acknowledgement.objects.of(request.member).select_related("version__document")
    mine = mine.defer("version__content")
    context = {
        "unread": list(mine.filter(read_at=None, version__state=State.IN_FORCE).order_by("asked_at")),
        "read": _page(mine.exclude(read_at=None).order_by("-read_at"), request),
    }
    return render(request, "documents/acknowledgements.html", context)


# --- a document ------------------------------------------------------------------------------------


def create(request: Any) -> HttpResponse:
    if not permissions.may_draft(request.member):
        raise NotAllowed(_("Your role in this agency does not include this."))
    begun = _asked_for(request)
    form = DocumentForm(entered(request), initial=begun, member=request.member)
    if request.method == "POST" and form.is_valid():
        try:
            facts = {name: value for name, value in form.cleaned_data.items() if name != "field"}
            version = actions.create_document(**facts, by=request.member)
        except ValidationError as wrong:
            form.add_error(None, wrong)
        else:
            messages.success(request, _("%(code)s is begun as draft 01/00.") % {"code": version.document.code})
            return redirect("edit_version", version.document.code, version)
    context = {
        "form": form,
        "may_set_codes": permissions.may_set_codes(request.member),
        "free": [] if begun else codes.free_codes(),
    }
    return render(request, "documents/create.html", context)


def _asked_for(request: Any) -> dict[str, Any]:
    """What the address begins with: a form of a procedure, or a kind and field, each with its next free code."""
    kind, field = request.GET.get("kind", ""), request.GET.get("field", "")[:20]
    procedure = None
    if code := request.GET.get("procedure", ""):
        seen = Document.objects.visible_to(request.member).filter(kind__in=PROCEDURES)
        procedure, kind = seen.filter(code=code.replace("\0", "")).first(), Kind.FORM
    if kind not in Kind.values or (code and procedure is None):
        return {}
    try:
        free = codes.next_code(kind, field, procedure)
    except ValidationError:
        free = ""
    begun = {"kind": kind, "field": field, "procedure": procedure, "code": free}
    return begun | ({"unit": procedure.unit_id} if procedure else {})


def document(request: Any, code: str) -> HttpResponse:
    document = document_of(request, code)
    versions = list(document.versions.order_by("-issue", "-revision").defer("content"))
    journal = panels.journal_of(document, versions)[:8]
    seen = Document.objects.visible_to(request.member)
    context = {
        "document": document,
        "procedure": seen.filter(pk=document.procedure_id).first() if document.procedure_id else None,
        "versions": panels.version_links(document, versions),
        "in_force": reports.holding(versions),
        "deeds": panels.document_deeds(document, versions, request.member),
        "history": panels.happenings(journal),
        "updates": law_reports.updates_of(document, request.member),
        "clauses": standard_reports.served_by(document),
        "requests": list(document.change_requests.select_related("asked_by")[:5]),
        "reviews": list(_reviews_of(document)[:3]),
        "forms": list(seen.filter(procedure=document).order_by("code")) if document.is_procedure else [],
        "may_draft": permissions.may_draft(request.member),
        "audience": list(document.audience.select_related("unit", "member__user").order_by("pk")),
        "overdue": document.next_review_on and document.next_review_on < clock.today(),
    }
    return render(request, "documents/document.html", context)


def _reviews_of(document: Document) -> Any:
    """With what the page says of them, and not the texts that were reviewed."""
    names = ("member__name", "version__issue", "version__revision", "version__state")
    rows = PeriodicReview.objects.filter(version__document=document).select_related("member", "version")
    return rows.only("verdict", "reason", "reviewed_at", *names)


def edit_document(request: Any, code: str) -> HttpResponse:
    document = document_of(request, code)
    if not permissions.may_manage(document, request.member):
        raise NotAllowed(
            _("Your role in this agency does not include this."), about=document, needs=_("the ISO secretary")
        )
    names = ("unit", "next_review_on", "question", "confidentiality", "procedure")
    initial = {name: getattr(document, f"{name}_id", getattr(document, name)) for name in names}
    form = DocumentEditForm(entered(request), initial=initial, document=document, member=request.member)
    if request.method == "POST" and form.is_valid():
        actions.edit_document(document, by=request.member, **form.changed)
        messages.success(request, _("%(code)s is saved.") % {"code": document.code})
        return redirect("document", document.code)
    return render(request, "documents/edit_document.html", {"form": form, "document": document})


def draft(request: Any, code: str) -> HttpResponse:
    """Begin the next version."""
    document = document_of(request, code)
    if not permissions.may_decide_changes(request.member):
        raise NotAllowed(
            _("You ask for a change; the ISO secretary or the head of the agency begins the draft."), about=document,
            needs=_("the ISO secretary or the head of the agency"),
        )  # fmt: skip
    standing = document.versions.open().first()
    if standing is not None:
        raise NotPossible(actions.standing_in_the_way(standing), about=document)
    form = DraftForm(entered(request))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        extent = facts.pop("step")
        version = actions.begin_draft(
            document, by=request.member, new_issue=extent == Extent.ISSUE, minor=extent == Extent.CORRECTION, **facts
        )
        messages.success(
            request, _("Draft %(number)s is begun with the text of the version before.") % {"number": version.number}
        )
        return redirect("edit_version", document.code, version)
    versions = document.versions.defer("content")
    source = versions.exclude(state=State.DROPPED).first() or versions.first()
    context = {"form": form, "document": document, "source": source}
    return render(request, "documents/draft.html", context)


def activity(request: Any, code: str) -> HttpResponse:
    """Everything that happened to the document and its versions."""
    document = document_of(request, code)
    page = _page(panels.journal_of(document), request, size=LINES)
    context = {"document": document, "page": page, "history": panels.happenings(page.object_list)}
    return render(request, "documents/activity.html", context)


# --- a version -------------------------------------------------------------------------------------


def version(request: Any, code: str, number: tuple[int, int]) -> HttpResponse:
    """The sheet, and beside it contents, use and versions."""
    version = version_of(request, code, number)
    versions = list(version.document.versions.defer("content"))
    mine = Acknowledgement.objects.filter(version=version, member=request.member).first()
    units = reading.by_unit(version)
    context = {
        "version": version,
        "sheet": reports.sheet_of(version, versions),
        "state": reports.badge_of(version, _state_words(version)),
        "versions": panels.version_links(version.document, versions),
        "in_force": reports.holding(versions),
        "deeds": panels.deeds_of(version, request.member, mine),
        "units": units,
        "readers": {"asked": sum(unit.asked for unit in units), "read": sum(unit.read for unit in units)},
        "reading": mine,
        "waited": routes.waited_for(version),
        "remarks": commenting.remarks_on(version),
        "predecessor": comparison.predecessor_among(version, versions),
        "is_open": version.state in OPEN_STATES and not version.holds,
        "watermark": watermark_of(version),
        "copies_out": version.copies.out().count() if version.state in ISSUED else None,
    }
    return render(request, "documents/version.html", context)


def _state_words(version: Version) -> str:
    if version.holds:
        return _("In force since %(day)s") % {"day": f"{version.effective_from:%d/%m/%Y}"}
    if version.state == State.APPROVED:
        return _("Approved, in force from %(day)s") % {"day": f"{version.effective_from:%d/%m/%Y}"}
    return ""


def pdf(request: Any, code: str, number: tuple[int, int]) -> Any:
    """The stored paper, with a watermark when it is not in force; while a worker renders it, a page that waits."""
    version = version_of(request, code, number)
    if version.pdf is not None:
        return served(version)
    if not version.sha256 or version.state not in ISSUED:
        raise Http404
    return render(request, "documents/waiting.html", {"version": version}, status=202)
