"""What was understood of a paper, where each thing was read, how sure that is, and what was not understood."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents.content import Content


class Sure(StrEnum):
    CERTAIN = "certain"  # said by a label: “Mã hiệu: QT.TP.01”
    LIKELY = "likely"  # where such a thing usually stands
    GUESSED = "guessed"  # from the words, to be looked at


SURE_WORDS = {
    Sure.CERTAIN: pgettext_lazy("how sure", "read"),
    Sure.LIKELY: pgettext_lazy("how sure", "probably"),
    Sure.GUESSED: pgettext_lazy("how sure", "guessed"),
}
PLACES = {
    "header": gettext_lazy("in the header of the page"),
    "cover": gettext_lazy("on the cover"),
    "name": gettext_lazy("in the name of the file"),
    "properties": gettext_lazy("in the properties of the file"),
    "text": gettext_lazy("in the text"),
    "pattern": gettext_lazy("by the agency's pattern of codes"),
    "person": gettext_lazy("entered by hand"),
}


def place_words(place: str) -> str:
    """ "table:3" → in table 3."""
    if place.startswith("table:"):
        return _("in table %(number)s") % {"number": place.removeprefix("table:")}
    return str(PLACES.get(place, place))


@dataclass(frozen=True)
class Found:
    value: str
    place: str
    sure: str = Sure.CERTAIN


DOUBTS = {
    "code_missing": gettext_lazy("No code was found. Write it on the cover, put it into the name of the file (QT.TP.01 …), or enter it here."),
    "code_respelled": gettext_lazy("The paper writes the code “%(detail)s”; a code has letters, digits, dots and hyphens only."),
    "code_unclear": gettext_lazy("This was not taken for a code: “%(detail)s”."),
    "code_from_name": gettext_lazy("The code stands in the name of the file only: %(detail)s. Compare it with the paper."),
    "codes_differ": gettext_lazy("The name of the file has another code: %(detail)s."),
    "kind_missing": gettext_lazy("The kind of document was not recognised. Choose it."),
    "kind_guessed": gettext_lazy("The kind of document was guessed from the words: %(detail)s. Check it."),
    "title_from_name": gettext_lazy("No title was found on the cover; the name of the file stands for it."),
    "title_was_capital": gettext_lazy("The title was in capitals: check the capitals of proper names."),
    "date_unclear": gettext_lazy("A date was not understood: “%(detail)s”."),
    "number_unclear": gettext_lazy("The issue or revision was not understood: “%(detail)s”."),
    "old_letters": gettext_lazy("Typed in an old font (%(detail)s); the letters were converted. Read the text once."),
    "no_steps": gettext_lazy("No step table was understood. Enter the steps in the draft; the file is kept with it."),
    "no_text": gettext_lazy("No text can be read, perhaps a scan. Enter what it says, or import the Word file."),
    "who_unknown": gettext_lazy("Nobody was recognised as responsible for step %(detail)s. Choose who it is."),
    "who_guessed": gettext_lazy("Who is responsible was recognised by words: %(detail)s. Check it."),
    "who_from_above": gettext_lazy("The paper names nobody for step %(detail)s: whoever is responsible for the step before was taken. Check it."),
    "norm_unclear": gettext_lazy("The time of step %(detail)s was not understood."),
    "limit_unclear": gettext_lazy("The time limit was not understood: “%(detail)s”."),
    "total_differs": gettext_lazy("The paper gives another time for all steps: “%(detail)s”."),
    "basis_unclear": gettext_lazy("A legal basis has no number: “%(detail)s”."),
    "counts_missing": gettext_lazy("How many originals and copies are asked for was not read: one original each was taken."),
    "not_kept": gettext_lazy("Has no place in the draft and stays in the original only: %(detail)s."),
    "cut": gettext_lazy("Was too long and is cut: %(detail)s."),
    "tables_as_lines": gettext_lazy("The tables of this PDF cannot be read. The Word file gives more."),
    "signers_missing": gettext_lazy("Who drafted, reviewed and approved it was not recognised."),
    "tables_ruled": gettext_lazy("The tables of this PDF were read by their ruled lines. Compare them with the paper."),
    "tables_partly": gettext_lazy("On some of its pages the tables could not be read. The Word file gives more."),
    "file_note": gettext_lazy("About the file: %(detail)s"),
}  # fmt: skip


@dataclass(frozen=True)
class Doubt:
    """What was not understood, or has to be looked at."""

    kind: str
    detail: str = ""

    @property
    def words(self) -> str:
        return str(DOUBTS[self.kind]) % {"detail": self.detail}


@dataclass(frozen=True)
class Signer:
    """Who signed the paper: `role` as in documents.models.SignatureRole."""

    role: str
    name: str
    title: str = ""


@dataclass(frozen=True)
class Amended:
    """A line of the paper's amendment table, as written."""

    reason: str = ""
    parts: str = ""
    summary: str = ""
    number: str = ""
    on: str = ""


@dataclass(frozen=True)
class Understood:
    """Everything read from one paper. A fact that was not found is absent from `facts`:

    code, title, kind, issue, revision, issued_on, effective_from (ISO dates, whole numbers as text).
    """

    facts: dict[str, Found] = field(default_factory=dict)
    signers: tuple[Signer, ...] = ()
    amendments: tuple[Amended, ...] = ()
    content: dict[str, Any] = field(default_factory=dict)  # documents.content, as JSON
    doubts: tuple[Doubt, ...] = ()
    missing: tuple[str, ...] = ()  # parts of a procedure that were not found

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """From stored JSON."""
        known = {part.name for part in fields(cls)}
        given = {name: value for name, value in data.items() if name in known}
        given["facts"] = {name: Found(**fact) for name, fact in given.get("facts", {}).items()}
        given["signers"] = tuple(Signer(**row) for row in given.get("signers", ()))
        given["amendments"] = tuple(Amended(**row) for row in given.get("amendments", ()))
        given["doubts"] = tuple(Doubt(**row) for row in given.get("doubts", ()))
        given["missing"] = tuple(given.get("missing", ()))
        return cls(**given)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def value(self, name: str) -> str:
        return self.facts[name].value if name in self.facts else ""

    def number(self, name: str, default: int) -> int:
        return int(self.value(name) or default)

    def day(self, name: str) -> dt.date | None:
        return dt.date.fromisoformat(self.value(name)) if self.value(name) else None

    @property
    def what(self) -> Content:
        return Content.of(self.content)
