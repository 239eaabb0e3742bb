"""What the pages of the register show, and what stands in its file. Frozen, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents import permissions
from documents.law_models import LegalTextFacts, LegalUpdate, UpdateState
from documents.law_sweep import Change, changes, supplanted
from documents.models import Document, Version
from documents.past import Line, Listing
from documents.reports import Badge
from tenants import clock
from tenants.models import Member
from tenants.words import DueWords
from tenants.words import day as day_words

SOON = 30  # days


@dataclass(frozen=True)
class Row:
    number: str
    url: str
    title: str
    kind: str
    issuer: str
    effective_from: dt.date | None
    effective_to: dt.date | None
    state: Badge
    own: bool
    how: str = ""


@dataclass(frozen=True)
class Citing:
    """A document in force that cites the text."""

    title: str
    url: str
    text: str
    state: Badge | None = None


def rows_of(texts: Collection[LegalTextFacts], ways: Sequence[str] = ()) -> list[Row]:
    """`ways`: in words, how each of them changes the text that the page is about."""
    gone = supplanted({text.code for text in texts})
    return [_row_of(text, gone.get(text.code), how) for text, how in zip(texts, ways or [""] * len(texts), strict=True)]


def _row_of(text: LegalTextFacts, gone: Change | None, how: str) -> Row:
    return Row(
        number=text.number, url=text.get_absolute_url(), title=text.title, kind=str(text.get_kind_display()),  # type: ignore[attr-defined]
        issuer=text.issuer, effective_from=text.effective_from, effective_to=text.effective_to,
        state=effect_of(text, gone), own=not text.shared, how=how,
    )  # fmt: skip


def effect_of(text: LegalTextFacts, gone: Change | None) -> Badge:
    """`gone`: what has replaced or repealed it by today."""
    today = clock.today()
    if gone is not None:
        words = _("replaced from %(day)s") if gone.how == "replaces" else _("repealed from %(day)s")
        return Badge("held", "refuse", words % {"day": f"{gone.effect:%d/%m/%Y}"})
    if text.effective_from is None:
        return Badge("", "clock", _("effect not known"))
    if text.effective_from > today:
        return Badge("near", "clock", _("from %(day)s") % {"day": f"{text.effective_from:%d/%m/%Y}"})
    if text.effective_to is not None and text.effective_to < today:
        return Badge("held", "refuse", _("no longer in effect"))
    return Badge("ok", "done", _("in effect"))


def changed_by(text: LegalTextFacts) -> list[Row]:
    """The texts of the register that replace, amend or repeal this one."""
    words = {"replaces": _("replaces it"), "amends": _("amends it"), "repeals": _("repeals it")}
    found = [change for change in changes({text.code}).get(text.code, ()) if change.how in words]
    return rows_of([change.text for change in found], [words[change.how] for change in found])


def citing_rows(found: Iterable[tuple[Version, dict[str, str]]], text: LegalTextFacts) -> list[Citing]:
    return [
        Citing(
            title=f"{version.document.code} {version.title}",
            url=reverse("version", args=[version.document.code, version]),
            text=_("Version %(number)s cites %(cited)s") % {"number": version.number, "cited": cited[text.code]},
        )
        for version, cited in found
    ]


def due_of(update: LegalUpdate) -> DueWords:
    """Overdue in words and calendar days: the three months are counted by the calendar."""
    left = (update.due_on - clock.today()).days
    due = _("due %(day)s") % {"day": f"{update.due_on:%d/%m/%Y}"}
    if left < 0:
        words = ngettext("%(count)s day late", "%(count)s days late", -left) % {"count": -left}
        return DueWords(words=words[:1].upper() + words[1:], tone="late", detail=due, at=update.due_on)  # type: ignore[arg-type]
    if left == 0:
        return DueWords(words=_("Due today"), tone="near", detail=due, at=update.due_on)  # type: ignore[arg-type]
    words = ngettext("%(count)s day left", "%(count)s days left", left) % {"count": left}
    tone = "near" if left <= SOON else ""
    return DueWords(words=words[:1].upper() + words[1:], tone=tone, detail=due, at=update.due_on)  # type: ignore[arg-type]


def sentence_of(update: LegalUpdate) -> str:
    names = {"cited": update.cited, "number": update.number, "day": f"{update.effective_from:%d/%m/%Y}"}
    if update.how == "replaces":
        return _("cites %(cited)s, replaced by %(number)s from %(day)s") % names
    if update.how == "repeals":
        return _("cites %(cited)s, repealed by %(number)s from %(day)s") % names
    if update.how == "ended":
        return _("cites %(cited)s, no longer in effect from %(day)s") % names
    return _("cites %(cited)s, amended by %(number)s from %(day)s") % names


def update_row(update: LegalUpdate, member: Member) -> dict[str, Any]:
    """An update as the register and the page of the document show it."""
    is_open = update.state == UpdateState.OPEN
    looks = {
        UpdateState.DONE: ("ok", "done"),
        UpdateState.NOT_NEEDED: ("", "check"),
        UpdateState.TAKEN_BACK: ("held", "refuse"),
        UpdateState.OPEN: ("near", "clock"),
    }
    return {
        "due": due_of(update) if is_open else None,
        "state": Badge(*looks[UpdateState(update.state)], str(update.get_state_display())),
        "title": f"{update.document.code} {update.document.title}",
        "url": reverse("document", args=[update.document.code]),
        "text": sentence_of(update),
        "law_url": reverse("legal_text", args=[update.code]),
        "law": update.number,
        "waive_url": reverse("waive_update", args=[update.pk])
        if is_open and permissions.may_waive(update, member)
        else "",
    }


def updates_of(document: Document, member: Member) -> list[dict[str, Any]]:
    """What the law asks of this document, the open first."""
    rows = []
    for update in LegalUpdate.objects.filter(document=document).by_document().select_related(None):
        update.document = document
        rows.append(update_row(update, member))
    return rows


def table_of(texts: Iterable[LegalTextFacts]) -> tuple[list[str], list[list[Any]]]:
    heads = [
        _("Number"), _("Abstract"), _("Kind"), _("Issued by"), _("Issued on"), _("In effect from"), _("In effect to"),
        _("Replaces"), _("Amends"), _("Repeals"), _("Register"),
    ]  # fmt: skip
    rows = [
        [
            text.number, text.title, str(text.get_kind_display()), text.issuer, text.issued_on, text.effective_from,  # type: ignore[attr-defined]
            text.effective_to, "; ".join(text.replaces), "; ".join(text.amends), "; ".join(text.repeals),
            _("province") if text.shared else _("agency"),
        ]
        for text in texts
    ]  # fmt: skip
    return heads, rows


def listing_of(texts: list[LegalTextFacts]) -> Listing:
    """The same for paper, with the effect of today."""
    heads = [
        _("Kind"), _("Issued by"), _("In effect from"), _("In effect to"), _("Effect"), _("Replaces"), _("Amends"), _("Repeals"),
        _("Register"),
    ]  # fmt: skip

    gone = supplanted({text.code for text in texts})

    def lines(rows: Iterable[LegalTextFacts]) -> list[Line]:
        cells = zip(rows, table_of(rows)[1], strict=True)
        return [
            Line(
                text.number,
                text.title,
                "",
                [*row[2:4], *row[5:7], effect_of(text, gone.get(text.code)).words, *row[7:]],
            )
            for text, row in cells
        ]

    return Listing(_("Legal documents"), _("on %(day)s") % {"day": day_words(clock.today())}, heads, texts, lines)
