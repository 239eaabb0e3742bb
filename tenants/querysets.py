"""What can be asked about agencies, units, members and the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models
from django.db.models import F, Func, Q

from tenants import clock
from tenants.words import otherwise

if TYPE_CHECKING:
    from tenants.models import Agency, Member, User


def valid_on(day: dt.date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def in_words(field: str) -> Func:
    """Order by a name or title as Vietnamese sorts (tenants.words.order_key): `.order_by(in_words("name"))`."""
    return Func(F(field), function="qms_order", output_field=models.TextField())


def saying(word: str, *fields: str) -> Q:
    """In one of these fields stands the word; accents and case do not matter, and kĩ is kỹ."""
    places = Q(*((f"{field}__unaccent__icontains", word) for field in fields), _connector=Q.OR)
    if other := otherwise(word):
        places |= Q(*((f"{field}__unaccent__iregex", rf"\m{other}\M") for field in fields), _connector=Q.OR)
    return places


class AgencyQuerySet(models.QuerySet["Agency"]):
    def existing_on(self, day: dt.date) -> Self:
        return self.filter(valid_on(day))

    def where_at_work(self, user: User) -> Self:
        """The agencies in which this user is a member today (asked through a definer function: no agency is active yet)."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT agency_id FROM qms_memberships(%s, %s)", [user.pk, clock.today()])
            ids = [row[0] for row in cursor.fetchall()]
        return self.filter(pk__in=ids)

    def tied_to(self, user: User) -> Self:
        """The agencies in which this user is or will be a member, and those that opened the account for one to come."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT agency_id FROM qms_ties(%s, %s)", [user.pk, clock.today()])
            ids = [row[0] for row in cursor.fetchall()]
        return self.filter(pk__in=ids)

    def below(self, agency: Agency) -> Self:
        """The agency itself and everything under it in the tree."""
        tree = """
            WITH RECURSIVE tree(id) AS (
                SELECT %s::bigint UNION SELECT a.id FROM tenants_agency a JOIN tree t ON a.parent_id = t.id
            ) SELECT id FROM tree"""
        with connection.cursor() as cursor:
            cursor.execute(tree, [agency.pk])
            ids = [row[0] for row in cursor.fetchall()]
        return self.filter(pk__in=ids)


class UnitQuerySet(models.QuerySet[Any]):
    def valid_on(self, day: dt.date) -> Self:
        return self.filter(valid_on(day))

    def visible_to(self, member: Member) -> Self:
        return self.filter(agency=member.agency_id)


class MemberQuerySet(models.QuerySet["Member"]):
    def people(self) -> Self:
        return self.filter(is_clock=False)

    def at_work(self, day: dt.date | None = None) -> Self:
        return self.filter(valid_on(day or clock.today()), is_clock=False)

    def in_role(self, *roles: str) -> Self:
        return self.filter(roles__overlap=list(roles))

    def visible_to(self, member: Member) -> Self:
        return self.people().filter(agency=member.agency_id)


Hiding = Callable[["Member"], Q | None]
HIDING: list[Hiding] = []  # apps above say which lines are not for everybody


def hide(lines: Hiding) -> None:
    """An app above hides the lines this finds for a member; None: there are none."""
    if lines not in HIDING:
        HIDING.append(lines)


class JournalQuerySet(models.QuerySet[Any]):
    def about(self, row: models.Model) -> Self:
        return self.filter(about_type=row._meta.label_lower, about_id=row.pk)

    def visible_to(self, member: Member) -> Self:
        seen = self.filter(agency=member.agency_id)
        for hiding in HIDING:
            if (lines := hiding(member)) is not None:
                seen = seen.exclude(lines)
        return seen
