"""Papers come in: bring files, look at what was understood, have drafts made, see what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, Func, IntegerField, Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents import import_runs, import_tasks, importing, permissions
from documents.import_archives import Uploads
from documents.import_forms import BringForm, paper_forms
from documents.models import PROCEDURES, Document, ImportedFile, ImportRun, Kind, Outcome, SignatureRole
from documents.reports import span
from documents.understanding import SURE_WORDS, Doubt, Sure, place_words
from tenants import letterhead
from tenants.models import Member
from tenants.sources import Unreadable
from tenants.tasks import later
from tenants.transitions import NotAllowed, NotPossible
from tenants.views import entered

RUNS = 20
FACTS = {
    "code": pgettext_lazy("document", "Code"),
    "title": pgettext_lazy("document", "Title"),
    "kind": gettext_lazy("Kind"),
    "issue": gettext_lazy("Issue no."),
    "revision": gettext_lazy("Revision no."),
    "issued_on": gettext_lazy("Issued on"),
    "effective_from": gettext_lazy("In force from"),
}
PARTS = {
    "purpose": gettext_lazy("Purpose"),
    "scope": gettext_lazy("Scope"),
    "references": gettext_lazy("References"),
    "definitions": gettext_lazy("Definitions, abbreviations"),
    "legal_bases": gettext_lazy("Legal basis"),
    "components": gettext_lazy("Dossier components"),
    "limit": gettext_lazy("Time limit"),
    "place": gettext_lazy("Place of reception and return"),
    "fee": gettext_lazy("Fee"),
    "result": gettext_lazy("Result"),
    "steps": gettext_lazy("Steps of the work"),
    "forms": gettext_lazy("Forms"),
    "records": gettext_lazy("Records kept"),
}
TONES = {
    Outcome.CREATED: ("ok", "done"),
    Outcome.UPDATED: ("ok", "done"),
    Outcome.UNCHANGED: ("", "done"),
    Outcome.LEFT: ("", ""),
    Outcome.REFUSED: ("late", "warning"),
    Outcome.WAITING: ("near", "clock"),
}


@dataclass(frozen=True)
class FileRow:
    """A file with what became of it, as the tag `state` says it, and what to look at."""

    file: ImportedFile
    tone: str
    sign: str
    words: Any
    doubts: list[str]
    steps: int = 0


def imports(request: Any) -> HttpResponse:
    """Bring files; those brought before."""
    _require(permissions.may_draft(request.member))
    form = BringForm(entered(request), request.FILES or None, too_large=getattr(request, "too_large", ()))
    if request.method == "POST" and form.is_valid():
        label = importing.harmless(form.cleaned_data["files"][0].name)
        try:
            run = import_runs.bring(label, Uploads(form.cleaned_data["files"]), by=request.member)
        except Unreadable as wrong:
            form.add_error("files", str(wrong))
        except NotPossible as wrong:
            form.add_error("files", str(wrong.message))
        else:
            later(import_tasks.go_on, request.agency.pk, run.pk)
            return redirect(run)
    counted = {"count": Count("files"), "taken": Count("files", filter=Q(files__saving__isnull=False))}
    runs = ImportRun.objects.select_related("by").annotate(**counted).order_by("-begun_at", "-pk")
    if not request.member.has_role(*permissions.KEEPERS):
        runs = runs.filter(by=request.member)
    page = Paginator(runs, RUNS).get_page(request.GET.get("page"))
    return render(request, "documents/imports.html", {"form": form, "page": page})


imports.takes_archives = True  # type: ignore[attr-defined]  # of qms.uploads


def import_run(request: Any, run: int) -> HttpResponse:
    """Being read, to be looked at, drafts being made, done: the page shows where it stands."""
    found = _run(request, run)
    waiting = Q(outcome=Outcome.WAITING)
    said = found.files.aggregate(
        total=Count("pk"), unread=Count("pk", filter=waiting & Q(read_at=None)), waiting=Count("pk", filter=waiting)
    )
    context: dict[str, Any] = {"run": found, "total": said["total"], "read": said["total"] - said["unread"]}
    if said["unread"] or (found.asked_at and said["waiting"]):
        context["made"] = said["total"] - said["waiting"]
        context["held_up"] = found.files.unread().exclude(problem="").values_list("problem", flat=True).first()
        return render(request, "documents/import_waiting.html", context, status=202 if request.method == "GET" else 200)
    files = list(_to_show(found, request.member))
    if found.asked_at:
        context["rows"] = [_row(file) for file in files]
        context["counts"] = [
            (str(outcome.label), count)
            for outcome in Outcome
            if (count := sum(file.outcome == outcome for file in files))
        ]
        return render(request, "documents/import_done.html", context)
    return _choosing(request, found, files, context)


def _to_show(run: ImportRun, member: Member) -> QuerySet[ImportedFile]:
    """The files with what their row says; what was read of them, up to megabytes each, stays where it is.

    None whose document has meanwhile been hidden from `member`.
    """
    seen = Q(document=None) | Q(document__in=Document.objects.visible_to(member))
    steps = Func(F("understood__content__steps"), function="jsonb_array_length", output_field=IntegerField())
    files = run.files.filter(seen).select_related("document").defer("understood", "examined")
    return files.annotate(doubted=F("understood__doubts"), steps=steps)


def _choosing(request: Any, run: ImportRun, files: list[ImportedFile], context: dict[str, Any]) -> HttpResponse:
    papers = paper_forms(entered(request), [file for file in files if file.outcome == Outcome.WAITING])
    if request.method == "POST" and not any(paper.errors for paper in papers):
        import_runs.choose(run, {paper.file.position: paper.chosen for paper in papers}, by=request.member)
        later(import_tasks.go_on, request.agency.pk, run.pk)
        return redirect(run)
    context["papers"] = [(paper, _row(paper.file)) for paper in papers]
    context["refused"] = [_row(file) for file in files if file.problem]
    context["faulty"] = [paper for paper in papers if paper.is_bound and paper.errors]
    context["days"] = import_runs.DAYS_KEPT
    return render(request, "documents/import_choose.html", context)


def _row(file: Any) -> FileRow:
    """Of a file as `_to_show` gives it."""
    tone, sign = TONES[Outcome(file.outcome)]
    doubts = [Doubt(**doubt).words for doubt in file.doubted or ()]
    return FileRow(file, tone, sign, Outcome(file.outcome).label, doubts, file.steps or 0)


def imported_file(request: Any, run: int, position: int) -> HttpResponse:
    """Everything that was understood of one file, where it was read and how sure that is."""
    file = _file(request, run, position)
    said = file.said
    content = said.what if said.content else None
    facts = [
        {
            "label": label,
            "text": _value(name, said.value(name)),
            "place": place_words(fact.place),
            "sure": SURE_WORDS[Sure(fact.sure)],
        }
        for name, label in FACTS.items()
        if (fact := said.facts.get(name))
    ]
    context = {
        "run": file.run,
        "file": file,
        "row": _row(file),
        "facts": facts,
        "signers": [
            {"role": SignatureRole(row.role).label, "name": row.name, "title": row.title} for row in said.signers
        ],
        "amendments": said.amendments,
        "content": content,
        "steps": [(step, span(step.norm)) for step in content.steps] if content else [],
        "missing": [PARTS[name] for name in said.missing if name in PARTS],
        "is_procedure": said.value("kind") in PROCEDURES,
    }
    return render(request, "documents/imported_file.html", context)


def _value(name: str, value: str) -> Any:
    if name == "kind":
        return Kind(value).label
    if name in {"issued_on", "effective_from"}:
        year, month, number = value.split("-")
        return f"{number}/{month}/{year}"
    return value


def imported_original(request: Any, run: int, position: int) -> HttpResponseBase:
    """The file as it came, byte for byte, always to be saved and never opened in the browser; none that was refused."""
    file = _file(request, run, position)
    if file.original is None or not file.may_be_saved:
        raise Http404
    return letterhead.serve_to_save(file.original)


def _run(request: Any, run: int) -> ImportRun:
    found = ImportRun.objects.select_related("by").filter(pk=run).first()
    if found is None or not permissions.may_import(found, request.member):
        raise Http404
    found.agency = request.agency
    return found


def _file(request: Any, run: int, position: int) -> Any:
    files = _to_show(_run(request, run), request.member).defer(None).defer("examined")
    file = files.select_related("run", "original", "document", "unit").filter(position=position).first()
    if file is None:
        raise Http404
    return file


def _require(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("Your role in this agency does not include this."))
