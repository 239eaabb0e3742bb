"""Writing a draft: its text, its papers, its steps. Everything works by submit buttons; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents import actions, charts, commenting, permissions, reports
from documents.content import Content, Step, problems
from documents.content_forms import (
    MOST_COMPONENTS,
    MOST_STEPS,
    Cells,
    ComponentForm,
    Lines,
    ProcedureForm,
    Responsibles,
    StepForm,
    TextForm,
)
from documents.merging import Merged, merged
from documents.models import Version
from documents.views import version_of
from tenants.transitions import NotAllowed, NotPossible
from tenants.views import entered

Number = tuple[int, int]
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Difference:
    """One entry or row that somebody else has changed: both values side by side (ui.md §6).

    `kept`: only they touched it, so theirs stands in the form now; otherwise saving replaces it with yours.
    """

    label: str
    theirs: str
    yours: str
    kept: bool


def edit(request: Any, code: str, number: Number) -> HttpResponse:
    """The text of a draft; for a procedure its parts and papers."""
    version = draft_of(request, code, number)
    procedure = version.document.is_procedure
    base = Content.of(version.content)
    form = (ProcedureForm if procedure else TextForm)(entered(request), version=version)
    papers = [ComponentForm.values_of(component) for component in base.components]
    rows: list[ComponentForm] = [
        ComponentForm(initial=row, number=place) for place, row in enumerate([*papers, {}, {}], 1)
    ]
    typed: Rows = []
    if request.method == "POST" and procedure:
        typed = _typed(request.POST, ComponentForm, MOST_COMPONENTS)
        pressed = _pressed(request.POST)
        if pressed:
            return _edited(
                request, version, form, _numbered_papers(_moved(typed, *pressed, most=MOST_COMPONENTS)), shown=True
            )
        rows = [ComponentForm(request.POST, number=place) for place in range(1, len(typed) + 1)]
    if request.method == "POST" and form.is_valid() & _all_valid(row for row in rows if row.is_bound):
        content = form.content(base)
        if procedure:
            content = replace(content, components=tuple(row.component for row in rows if row.component))
        try:
            actions.edit(
                version, content, form.cleaned_data["title"], by=request.member, seen=_seen(request), change=form.change
            )
        except actions.Stale as problem:
            return _stale_text(request, problem, form, typed)
        messages.success(request, _("The text is saved."))
        if form.has_pictures:
            messages.warning(
                request,
                _("Pictures are not kept in a text and were left out. Attach them as files, under “Attachments”."),
            )
        return redirect("steps" if "steps" in request.POST else "version", code, version)
    return _edited(request, version, form, rows)


def _edited(
    request: Any,
    version: Version,
    form: Any,
    rows: list[ComponentForm],
    *,
    stale: Any = None,
    differences: list[Difference] | None = None,
    shown: bool = False,
) -> HttpResponse:
    if shown:  # a row was added or moved: what was typed comes back unjudged
        form.full_clean()
        form.errors.clear()
    context = {
        "version": version,
        "form": form,
        "rows": rows,
        "row_errors": [row for row in rows if row.is_bound and row.errors],
        "seen": stale.saved.history_id
        if stale
        else (_seen(request) if request.method == "POST" else actions.last_saved(version)),
        "stale": stale,
        "differences": differences or [],
        "comments": commenting.open_by_part(version),
        "line": version.requests.first(),
        "content": Content.of(version.content),
    }
    return render(request, "documents/edit.html", context, status=409 if stale else 200)


def _stale_text(request: Any, stale: actions.Stale, form: Any, typed: Rows) -> HttpResponse:
    """Somebody saved in between: what only they touched is put in, the rest stands side by side."""
    shape, data = type(form), form.data.copy()
    theirs, base = shape(version=stale.version), shape(version=stale.base) if stale.base else None
    differences = []
    for name, field in form.fields.items():
        label, now, mine = str(form[name].label), _said(theirs[name]), _said(form[name])
        former = _said(base[name]) if base else None
        if now in (mine, former):
            continue
        if isinstance(field, Lines):
            lines = merged(former.splitlines() if former is not None else None, now.splitlines(), mine.splitlines())
            data[name] = "\n".join(lines.rows)
            differences += _of_rows(label, lines, str)
        else:
            if kept := mine == former:
                data[name] = now
            differences.append(Difference(label, now, mine, kept))
    papers = _merged_rows(ComponentForm, stale, lambda content: content.components, typed)
    differences += _of_rows(_("Paper"), papers.found, lambda cells: " · ".join(filter(None, cells)))
    rows = _numbered_papers([*papers.rows, {}, {}])
    return _edited(
        request, stale.version, shape(data, version=stale.version), rows, stale=stale, differences=differences
    )


def _said(field: Any) -> str:
    """The value of an entry, typed or saved, as it is compared; empty lines apart."""
    text = str(field.value() or "").replace("\r\n", "\n").strip()
    return "\n".join(filter(str.strip, text.split("\n"))) if isinstance(field.field, Lines) else text


@dataclass(frozen=True)
class MergedRows:
    rows: Rows
    found: Merged[Cells]


def _merged_rows(shape: Any, stale: actions.Stale, part: Callable[[Content], Iterable[Any]], typed: Rows) -> MergedRows:
    """The numbered rows as they should stand now: `part` of what was opened, of what was saved, and `typed`."""

    def saved(version: Any) -> Rows:
        return [shape.values_of(row) for row in part(Content.of(version.content))]

    theirs, mine = saved(stale.version), [row for row in typed if any(shape.cells(row | shape.UNCOUNTED))]
    base = [shape.cells(row) for row in saved(stale.base)] if stale.base else None
    found = merged(base, [shape.cells(row) for row in theirs], [shape.cells(row) for row in mine])
    rows = {shape.cells(row): row for row in [*theirs, *mine]}
    return MergedRows([rows[cells] for cells in found.rows], found)


def _of_rows(label: str, found: Merged[Any], words: Callable[[Any], str]) -> list[Difference]:
    taken = [Difference(label, words(row), "", kept=True) for row in found.taken]
    gone = [Difference(label, "", words(row), kept=True) for row in found.gone]
    return taken + gone + [Difference(label, words(row), "", kept=False) for row in found.lost]


# --- steps -----------------------------------------------------------------------------------------


def steps(request: Any, code: str, number: Number) -> HttpResponse:
    """The step editor: every button is a submit with its own name; the server moves, adds, recounts."""
    version = draft_of(request, code, number)
    if not version.document.is_procedure:
        raise NotPossible(_("Only procedures have steps."), about=version)
    base = Content.of(version.content)
    known = Responsibles({f"{step.who}:{step.whom}": step.who_words for step in base.steps})
    if request.method != "POST":
        typed = [StepForm.values_of(step) for step in base.steps] or [{}]
        forms = [StepForm(initial=row, number=place, responsibles=known) for place, row in enumerate(typed, 1)]
        return _steps_page(request, version, base, forms)
    typed = _typed(request.POST, StepForm, MOST_STEPS)
    pressed = _pressed(request.POST)
    if pressed or "recount" in request.POST:
        if pressed:
            typed = _moved(typed, *pressed, most=MOST_STEPS)
        forms = [StepForm(initial=row, number=place, responsibles=known) for place, row in enumerate(typed, 1)]
        return _steps_page(request, version, base, forms, typed=typed)
    forms = [StepForm(request.POST, number=place, responsibles=known) for place in range(1, len(typed) + 1)]
    if _all_valid(forms):
        content = replace(base, steps=tuple(form.step for form in forms if not form.is_blank))
        try:
            actions.edit(version, content, version.title, by=request.member, seen=_seen(request))
        except actions.Stale as problem:
            return _stale_steps(request, problem, typed)
        left = problems(content, kind=version.document.kind)
        words = ngettext("%(count)s step is saved.", "%(count)s steps are saved.", len(content.steps)) % {
            "count": len(content.steps)
        }
        messages.success(request, words)
        return redirect("steps" if left else "version", code, version)
    return _steps_page(request, version, base, forms, typed=typed)


def _stale_steps(request: Any, stale: actions.Stale, typed: Rows) -> HttpResponse:
    """As `_stale_text`: the steps only the other touched are put in."""
    base = Content.of(stale.version.content)
    known = Responsibles({f"{step.who}:{step.whom}": step.who_words for step in base.steps})
    steps = _merged_rows(StepForm, stale, lambda content: content.steps, typed)
    units = dict(StepForm.base_fields["unit"].choices)  # type: ignore[attr-defined]

    def words(cells: Cells) -> str:
        name, who, norm, unit, form = cells
        parts = (
            name,
            known.words.get(who) or known.former.get(who, ""),
            norm and f"{norm} {units.get(unit, '')}",
            form,
        )
        return " · ".join(filter(None, parts))

    forms = [StepForm(initial=row, number=place, responsibles=known) for place, row in enumerate(steps.rows, 1)]
    differences = _of_rows(_("Step"), steps.found, words)
    return _steps_page(request, stale.version, base, forms, typed=typed, stale=stale, differences=differences)


def _steps_page(
    request: Any,
    version: Version,
    base: Content,
    forms: list[StepForm],
    *,
    typed: Rows | None = None,
    stale: Any = None,
    differences: list[Difference] | None = None,
) -> HttpResponse:
    counted = replace(base, steps=tuple(_counted(form) for form in forms))
    spare = counted.spare_minutes or 0
    comments = commenting.open_by_part(version)
    for form in forms:
        form.comments = comments.get(f"{commenting.STEP}{form.number}", [])
    context = {
        "version": version,
        "forms": forms,
        "bad": [form for form in forms if form.is_bound and form.errors],
        "missing": problems(counted, kind=version.document.kind) if forms else [],
        "chart": charts.step_chart([step.norm.minutes for step in counted.steps], base.limit.minutes),
        "total": reports.span_of_minutes(counted.norm_minutes, base.limit),
        "limit": reports.span(base.limit, request.agency.cut_off),
        "over": reports.span_of_minutes(-spare, base.limit) if spare < 0 else None,
        "seen": stale.saved.history_id
        if stale
        else (_seen(request) if typed is not None else actions.last_saved(version)),
        "stale": stale,
        "differences": differences or [],
        "held": version.document.versions.in_force().defer("content").first(),
    }
    return render(request, "documents/steps.html", context, status=409 if stale else 200)


def _counted(form: StepForm) -> Step:
    """The step as far as it can be read, for the sum and the marks; a malformed entry counts nothing."""
    if not form.is_bound:
        values = {form.add_prefix(name): form.get_initial_for_field(form.fields[name], name) for name in form.fields}
        plain = {name: "" if value is None else str(value) for name, value in values.items()}
        form = StepForm(plain, number=form.number, responsibles=form.responsibles)
    form.is_valid()
    entered = {"name": "", "who": "", "norm": Decimal(0), "unit": "hour", "form": ""} | form.cleaned_data
    form.cleaned_data = entered
    return form.step


def _all_valid(forms: Iterable[Any]) -> bool:
    """Every form is judged, so that all errors are shown at once."""
    return not sum(not form.is_valid() for form in forms)


# --- rows --------------------------------------------------------------------------------------------


def _typed(data: Any, form: Any, most: int) -> Rows:
    """The rows as they were typed. Their number is said by the hidden field `count`, never more than `most`."""
    try:
        count = int(data.get("count", "0"))
    except ValueError:
        count = 0
    return [form.raw(data, place) for place in range(1, max(0, min(count, most)) + 1)]


def _pressed(data: Any) -> tuple[str, int] | None:
    """Which row button was pressed: `up-2`, `down-2`, `remove-2`, `add-1` …"""
    for name in data:
        verb, sign, place = name.partition("-")
        if sign and verb in ("up", "down", "remove", "add") and place.isdecimal() and len(place) < 4:
            return verb, int(place)
    return None


def _moved(rows: Rows, verb: str, place: int, *, most: int) -> Rows:
    """The rows after the button: `place` counts from 1; add puts an empty row behind `place`."""
    rows = list(rows)
    if verb == "add":
        if len(rows) < most:
            rows.insert(min(place, len(rows)), {})
        return rows
    if not 1 <= place <= len(rows):
        return rows
    row = rows.pop(place - 1)
    if verb != "remove":
        rows.insert(max(0, place - 2) if verb == "up" else place, row)
    return rows


def _numbered_papers(rows: Rows) -> list[ComponentForm]:
    return [ComponentForm(initial=row, number=place) for place, row in enumerate(rows, 1)]


def _seen(request: Any) -> int:
    """The saving the form was opened on; anything else counts as an old one."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 19 else 0


def draft_of(request: Any, code: str, number: Number) -> Version:
    """The draft this member may edit. Raises NotPossible and NotAllowed."""
    version = version_of(request, code, number)
    if not version.is_editable:
        raise NotPossible(_("Version %(number)s is no longer a draft.") % {"number": version.number}, about=version)
    if not permissions.may_edit(version, request.member):
        raise NotAllowed(_("This draft belongs to somebody else."), about=version, needs=version.drafted_by.name)
    return version
