"""One box for dossiers, documents and services, without accents, within what the member may see."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Document
from processes.models import Dossier, Service
from processes.reports import applicant_of, title_of
from tenants.models import Member
from tenants.words import fold

MOST = 20  # of each sort; the lists behind have filters and pages


@dataclass(frozen=True)
class Hit:
    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Sort:
    title: str
    hits: list[Hit]
    url: str  # the list that shows them all


def find(member: Member, query: str) -> list[Sort]:
    """Hits by sort, empty sorts left out; nothing for fewer than two characters."""
    if len(query) < 2:
        return []
    words = fold(query).split()
    return [
        sort
        for sort in (_dossiers(member, query), _documents(member, query, words), _services(query, words))
        if sort.hits
    ]


def _dossiers(member: Member, query: str) -> Sort:
    rows = Dossier.objects.visible_to(member).found_by(query, member).with_handling(member)
    rows = rows.select_related("applicant", "version").order_by("-received_at")
    hits = [
        Hit(f"{row.code} {title_of(row, member)}", applicant_of(row, member), reverse("dossier", args=[row.code]))
        for row in rows[:MOST]
    ]
    return Sort(_("Dossiers"), hits, f"{reverse('dossiers')}?{urlencode({'q': query, 'state': 'all'})}")


def _documents(member: Member, query: str, words: list[str]) -> Sort:
    rows = Document.objects.visible_to(member)
    for word in words:
        rows = rows.filter(Q(code__icontains=word) | Q(title__unaccent__icontains=word))
    hits = [
        Hit(f"{row.code} {row.title}", str(row.get_kind_display()), reverse("document", args=[row.code]))
        for row in rows[:MOST]
    ]
    return Sort(_("Documents"), hits, f"{reverse('documents')}?{urlencode({'q': query})}")


def _services(query: str, words: list[str]) -> Sort:
    rows = Service.objects.all()
    for word in words:
        rows = rows.filter(Q(code__startswith=word) | Q(name__unaccent__icontains=word))
    hits = [Hit(f"{row.code} {row.name}", row.field, reverse("service", args=[row.code])) for row in rows[:MOST]]
    return Sort(_("Administrative procedures"), hits, f"{reverse('services')}?{urlencode({'q': query})}")
