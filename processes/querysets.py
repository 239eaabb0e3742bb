"""What can be asked about services, dossiers and tasks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, Value, When
from django.db.models.functions import Least

from processes import permissions
from tenants.querysets import saying
from tenants.words import fold, otherwise

if TYPE_CHECKING:
    from tenants.models import Agency, Member

COMMUNAL = ("commune", "ward", "special_zone")
IN_WORK = ("received", "processing")
OPEN = (*IN_WORK, "result_ready")


class ServiceQuerySet(models.QuerySet[Any]):
    def covered_by(self, member: Member) -> Self:
        return self.filter(coverages__agency=member.agency_id).distinct()

    def not_covered_by(self, member: Member) -> Self:
        return self.exclude(coverages__agency=member.agency_id)

    def asked_of(self, agency: Agency) -> Self:
        """What the catalogue gives to an agency of this kind: communes by the level, others by their name."""
        if agency.kind in COMMUNAL:
            return self.filter(Q(level__icontains="xã") | Q(agencies__icontains="cấp xã"))
        return self.filter(agencies__icontains=agency.name)

    def matching(self, text: str) -> Self:
        """Every word in the code or the name; accents and case do not matter."""
        found = self
        for word in text.split()[:10]:
            found = found.filter(Q(code__icontains=word) | saying(word, "name"))
        return found


class DossierQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        """All of the agency: a hand-over concerns everybody in the chain. Overseers have their own door."""
        return self.filter(agency=member.agency_id)

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def in_work(self) -> Self:
        """The clock is still running: no result yet."""
        return self.filter(state__in=IN_WORK)

    def overdue(self, at: dt.datetime) -> Self:
        return self.in_work().filter(due_at__lt=at)

    def near_due(self, now: dt.datetime) -> Self:
        """Still in time, but past the moment from which it is near due (processes.deadlines.near_at)."""
        return self.in_work().filter(near_at__lte=now, due_at__gte=now)

    def due_now(self, which: str, now: dt.datetime) -> Self:
        """`late`, `near`, or both of them."""
        match which:
            case "late":
                return self.overdue(now)
            case "near":
                return self.near_due(now)
        return self.in_work().filter(near_at__lte=now)

    def waiting_for(self, member: Member) -> Self:
        """Their open step is this member's, or their unit's or role's while nobody has taken it."""
        whole_unit = Q(tasks__unit=member.unit_id, tasks__unit__isnull=False)
        whole_role = Q(tasks__unit__isnull=True, tasks__role__in=member.roles)
        nobodys = Q(tasks__member__isnull=True) & (whole_unit | whole_role)
        return self.filter(Q(tasks__state="open") & (Q(tasks__member=member) | nobodys))

    def with_handling(self, member: Member) -> Self:
        """With `handled_by`: the member's id where they handle the dossier, so may see its resident's data; else 0."""
        asked = Case(When(self._handled_by(member), then=Value(member.pk)), default=Value(0))
        return self.annotate(handled_by=asked)

    def with_names(self, member: Member) -> Self:
        """For lines of a list: handling, code, title, applicant and moments, and nothing else of the three rows."""
        named = ("applicant__name", "applicant__subject", "version__title", "version__state")
        rows = self.with_handling(member).select_related("applicant", "version")
        return rows.only("code", "state", "near_at", "finished_at", *named)

    def _handled_by(self, member: Member) -> Q:
        if permissions.sees_every_resident(member):
            return Q(pk__isnull=False)
        tasks = self.model._meta.get_field("tasks").related_model.objects.filter(dossier=OuterRef("pk"))
        handled = Q(Exists(tasks.filter(permissions.handles(member))))
        return handled | Q(received_by=member) if permissions.may_receive(member) else handled

    def found_by(self, words: str, member: Member) -> Self:
        """Every word somewhere in the code or, of the dossiers this member handles, in applicant or subject, without
        diacritics, Mỹ as Mĩ.
        """
        anywhere, in_code = Q(), Q()
        for word in fold(words).split():
            resident = Q(applicant__folded__contains=word)
            if other := otherwise(word):
                resident |= Q(applicant__folded__regex=rf"\m{other}\M")
            anywhere &= Q(code__icontains=word) | resident
            in_code &= Q(code__icontains=word)
        theirs = ExpressionWrapper(in_code | self._handled_by(member), BooleanField())
        # CASE: who handles a dossier is asked only of the few that have the words
        return self.filter(Case(When(anywhere, then=theirs), default=False)) if anywhere else self

    def by_urgency(self, now: dt.datetime) -> Self:
        """Ordered as the list groups them, with `band`: 0 late, 1 near due, 2 in time, 3 result ready, 4 closed."""
        band = Case(
            When(state="closed", then=4), When(state="result_ready", then=3),
            When(due_at__lt=now, then=0), When(near_at__lte=now, then=1), default=2, output_field=IntegerField(),
        )  # fmt: skip
        return self.annotate(band=band).order_by("band", F("closed_at").desc(nulls_last=True), "due_at", "pk")


class TaskQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        return self.filter(agency=member.agency_id)

    def open(self) -> Self:
        return self.filter(state="open")

    def waiting_for(self, member: Member) -> Self:
        """Open and given to this member, or to their unit or role while nobody has taken them."""
        mine = Q(member=member)
        nobodys = Q(member__isnull=True) & (
            Q(unit=member.unit_id, unit__isnull=False) | Q(unit__isnull=True, role__in=member.roles)
        )
        return self.open().filter(mine | nobodys)

    def by_pressure(self) -> Self:
        """With `pressing_at`, the earlier of when the step and its dossier are due, ordered by it.

        Null, and last, for the return of a ready result: it waits for the resident and is never late.
        """
        pressing = Case(When(dossier__state="result_ready", then=None), default=Least("due_at", "dossier__due_at"))
        return self.annotate(pressing_at=pressing).order_by(F("pressing_at").asc(nulls_last=True), "due_at", "pk")
