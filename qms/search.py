"""One box for everything a member may see: dossiers, documents, services, legal texts, records, clauses; accents not needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import finding, law_register
from documents.finding import Piece, Wanted, marked
from documents.models import Clause, Kind, State
from documents.record_models import RecordSeries
from documents.reports import Badge, badge_of
from processes.models import Dossier, Service
from processes.reports import applicant_of, title_of
from tenants.links import address
from tenants.models import Member, Unit
from tenants.querysets import in_words, saying
from tenants.shown import Shown
from tenants.words import fold

MOST = 20  # of each sort; the lists behind have filters and pages
PAGE = 20  # documents


class SearchFilter(forms.Form):
    """The words, and which documents."""

    q = forms.CharField(label=gettext_lazy("Search dossiers, documents, procedures"), max_length=200, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of document"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    unit: Any = forms.ModelChoiceField(
        label=gettext_lazy("Unit in charge"), queryset=None, required=False, empty_label=gettext_lazy("All")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("All"))]
        self.fields["q"].widget = forms.TextInput(attrs={"type": "search"})
        self.fields["q"].widget.attrs["placeholder"] = _("Dossier code, document name; accents not needed")
        self.fields["kind"].choices = everything + list(Kind.choices)  # type: ignore[attr-defined]
        self.fields["state"].choices = [*everything, (HELD, _("In force today")), *State.choices]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.order_by(in_words("name"))  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """For documents.finding.find; what was not understood does not filter."""
        given = getattr(self, "cleaned_data", {})
        chosen = {name: given.get(name) for name in ("kind", "unit") if given.get(name)}
        state = given.get("state")
        return chosen | ({"held": True} if state == HELD else {"state": state} if state else {})


HELD = "today"


@dataclass(frozen=True)
class Hit(Shown):
    title: list[Piece]
    text: str
    url: str
    pieces: list[Piece] = field(default_factory=list)
    state: Badge | None = None


@dataclass(frozen=True)
class Sort:
    title: str
    hits: list[Hit]
    url: str = ""  # the list that shows them all
    note: str = ""
    page: Any = None


def find(member: Member, query: str, chosen: dict[str, Any] | None = None, page: str = "") -> list[Sort]:
    """Hits by sort, empty sorts left out; nothing for fewer than two characters or no word. With filters documents only."""
    words = fold(query).split()
    if len(query) < 2 or not words:
        return []
    sorts = [_documents(member, query, chosen or {}, page)]
    if not chosen:
        found = (
            _services(query, words),
            _legal_texts(query),
            _records(member, query, words),
            _clauses(query, words),
        )
        sorts = [_dossiers(member, query), *sorts, *found]
    return [sort for sort in sorts if sort.hits]


def _dossiers(member: Member, query: str) -> Sort:
    rows = Dossier.objects.visible_to(member).found_by(query, member).with_names(member).order_by("-received_at")
    hits = [
        Hit(
            _marked(f"{row.code} {title_of(row, member)}", query),
            applicant_of(row, member),
            address("dossier", row.code),
        )
        for row in rows[:MOST]
    ]
    return Sort(_("Dossiers"), hits, f"{reverse('dossiers')}?{urlencode({'q': query, 'state': 'all'})}")


def _documents(member: Member, query: str, chosen: dict[str, Any], page: str) -> Sort:
    found = finding.find(member, query, chosen)
    shown = Paginator(found.versions, PAGE).get_page(page)
    hits = [_document(hit, found) for hit in finding.show(found, list(shown.object_list))]
    note = _("No document has these words; these codes and titles are similar:") if found.nearly else ""
    return Sort(_("Documents"), hits, note=note, page=shown)


def _document(hit: finding.Hit, found: finding.Found) -> Hit:
    version, document = hit.version, hit.version.document
    facts = [str(Kind(document.kind).label), version.number, document.unit.name if document.unit else ""]
    title = marked(f"{document.code} {version.title}", found.wanted)
    url = address("version", document.code, (version.issue, version.revision))
    return Hit(title, " · ".join(filter(None, facts)), url, hit.pieces, badge_of(version))


def _services(query: str, words: list[str]) -> Sort:
    hits = [
        Hit(_marked(f"{row.code} {row.name}", query), row.field, address("service", row.code))
        for row in _having(Service.objects.only("code", "name", "field"), words, "code__startswith", "name")
    ]
    return Sort(_("Administrative procedures"), hits, f"{reverse('services')}?{urlencode({'q': query})}")


def _legal_texts(query: str) -> Sort:
    hits = [
        Hit(_marked(f"{text.number} {text.title}", query), text.issuer, address("legal_text", text.code))
        for text in law_register.texts_of(law_register.entries(q=query)[:MOST])
    ]
    return Sort(_("Legal texts"), hits, f"{reverse('legal_texts')}?{urlencode({'q': query})}")


def _records(member: Member, query: str, words: list[str]) -> Sort:
    rows = RecordSeries.objects.visible_to(member).select_related("unit").order_by("code")
    hits = [
        Hit(
            _marked(f"{row.code} {row.name}", query),
            row.unit.name if row.unit else row.place,
            address("record_series", row.code),
        )
        for row in _having(rows, words, "code__icontains", "name")
    ]
    return Sort(_("Register of records"), hits)


def _clauses(query: str, words: list[str]) -> Sort:
    """Of every edition, the one the agency works by first."""
    rows = Clause.objects.filter(gone=False).select_related("edition")
    rows = rows.only("number", "urn", "title_vi", "title_en", "edition__code", "edition__name")
    rows = rows.order_by("-edition__is_default", "edition__code", "position")
    hits = [
        Hit(
            _marked(f"{row.number} {row.title}".strip(), query),
            str(row.edition),
            address("clause", row.edition.code, row.urn),
        )
        for row in _having(rows, words, "number__startswith", "title_vi", "title_en")
    ]
    return Sort(_("Clauses of standards"), hits)


def _having(rows: Any, words: list[str], numbered: str, *named: str) -> Any:
    """The first of these rows that have every word in their number or in one of the names."""
    for word in words:
        rows = rows.filter(Q((numbered, word)) | saying(word, *named))
    return rows[:MOST]


def _marked(text: str, query: str) -> list[Piece]:
    return marked(text, Wanted.of(query), loosely=True)
