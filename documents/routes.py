"""Whose signatures a version needs, in which order: the route of its kind, as it was when the version was submitted.

A route is a list of reviews and the approval, which is always last and never configured away. Who signs is named by
a token, so that the database can compare: `role:deputy_head`, `unit:7` (who heads that unit now), `unit:own` (in a
configured route: the unit in charge of the document), `member:12`, `delegate` (to whom the head delegated it today).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from documents.permissions import hands_in, tokens_of
from tenants.models import Member, Role, Unit

if TYPE_CHECKING:
    from documents.models import Document, Signature, Version

MOST_STAGES, MOST_SIGNERS = 6, 12
OWN_UNIT = "unit:own"
HEAD = ("role:agency_head", "role:deputy_head", "delegate")  # who may approve: the head, KT., TUQ.


@dataclass(frozen=True)
class Stage:
    """One stage: who signs it (one place each), how many of them (0: all), whether one after the other."""

    who: tuple[str, ...]
    needed: int = 0
    ordered: bool = False
    name: str = ""

    @property
    def quorum(self) -> int:
        return self.needed or len(self.who)

    def open_places(self, filled: Collection[int]) -> list[int]:
        """The places that can be signed now."""
        if len(filled) >= self.quorum:
            return []
        empty = [place for place in range(len(self.who)) if place not in filled]
        return empty[:1] if self.ordered else empty


THREE_HANDS = Stage(("role:deputy_head", "role:unit_head", "role:agency_head"), needed=1)


@dataclass(frozen=True)
class Route:
    """`by_order`: the regulation by which the head of the unit in charge may sign for the head (TL.); empty: nobody may.
    `names`: units and persons in words, as they were called when the route was fixed.
    """

    reviews: tuple[Stage, ...] = (THREE_HANDS,)
    by_order: str = ""
    names: dict[str, str] = field(default_factory=dict)
    approvers: tuple[str, ...] = HEAD

    @classmethod
    def of(cls, value: dict[str, Any]) -> Route:
        """From JSON; nothing there: the usual three hands."""
        if not value:
            return cls()
        reviews = tuple(
            Stage(tuple(line["who"]), line.get("needed", 0), line.get("ordered", False), line.get("name", ""))
            for line in value["reviews"]
        )
        approvers = tuple(value.get("approvers", HEAD))
        return cls(reviews, value.get("by_order", ""), dict(value.get("names", {})), approvers)

    def as_json(self) -> dict[str, Any]:
        reviews = [
            {"who": list(stage.who), "needed": stage.needed, "ordered": stage.ordered, "name": stage.name}
            for stage in self.reviews
        ]
        return {"reviews": reviews, "by_order": self.by_order, "names": self.names, "approvers": list(self.approvers)}

    @property
    def is_usual(self) -> bool:
        return self.reviews == (THREE_HANDS,)

    @property
    def approval(self) -> int:
        """The number of the last stage; the reviews count from 1."""
        return len(self.reviews) + 1

    def stage(self, number: int) -> Stage:
        return self.reviews[number - 1] if number < self.approval else Stage(self.approvers, needed=1)

    def with_place(self, number: int, place: int, token: str, name: str) -> Route:
        """The same route with somebody else in one place."""
        stage = self.reviews[number - 1]
        changed = Stage((*stage.who[:place], token, *stage.who[place + 1 :]), stage.needed, stage.ordered, stage.name)
        reviews = (*self.reviews[: number - 1], changed, *self.reviews[number:])
        return Route(reviews, self.by_order, self.names | ({token: name} if name else {}), self.approvers)


# --- a version on its way --------------------------------------------------------------------------


def route_of(version: Version) -> Route:
    """As fixed at its submission. Versions from before there were routes went through the usual three hands."""
    return Route.of(version.route)


def filled(version: Version, number: int) -> dict[int, Signature]:
    """The places of a stage that are signed in this round."""
    rows = version.signatures.filter(round=version.round, stage=number).exclude(role="drafted")
    return {row.place or 0: row for row in rows}


def awaited(route: Route, number: int, signed: Collection[int]) -> list[str]:
    """The tokens of those who can sign this stage now."""
    stage = route.stage(number)
    if number == route.approval:
        return list(stage.who)
    return list(dict.fromkeys(stage.who[place] for place in stage.open_places(signed)))


def place_for(version: Version, member: Member, signed: Collection[int]) -> int | None:
    """Where this member signs now: where they are named themselves before where they head a unit or hold a role.

    Of several places one that leaves the others to be signed: who is deputy and the only head of a unit signs as that.
    """
    stage, own = route_of(version).stage(version.stage), set(tokens_of(member))
    fitting = [place for place in stage.open_places(signed) if stage.who[place] in own]
    rank = {"member": 0, "unit": 1, "role": 2, "delegate": 3}
    fitting.sort(key=lambda place: (rank[stage.who[place].partition(":")[0]], place))
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    hands = hands_in(version) | {member.pk}
    able = [(one.pk, set(tokens_of(one, delegated=False))) for one in Member.objects.at_work() if one.pk not in hands]
    return next((place for place in fitting if _leaves_seats(version, {*signed, place}, able)), fitting[0])


def _leaves_seats(version: Version, signed: Collection[int], able: list[tuple[int, set[str]]]) -> bool:
    """Whether these people can sign the rest of the reviews once these places of the running stage are signed."""
    route, stage = route_of(version), route_of(version).stage(version.stage)
    rest = [place for place in range(len(stage.who)) if place not in signed]
    wanted = [(max(stage.quorum - len(signed), 0), [stage.who[place] for place in rest])]
    wanted += [(one.quorum, list(one.who)) for one in route.reviews[version.stage :]]
    return _seated([(need, [{pk for pk, own in able if who in own} for who in tokens]) for need, tokens in wanted])


def asked(
    version: Version, people: Iterable[Member], delegates: Collection[int], hands: Collection[int]
) -> list[Member]:
    """Of these people who hears that it waits for them. In the usual route deputies and the head of the unit in charge
    before the head, and the head and delegates before deputies; in a configured one whoever can sign.
    """
    waited = set(version.awaited)
    able = [
        member
        for member in people
        if member.pk not in hands and waited & set(tokens_of(member, delegated=member.pk in delegates))
    ]
    if version.state == "in_approval":
        first = [m for m in able if Role.AGENCY_HEAD in m.roles or m.pk in delegates]
    elif route_of(version).is_usual:
        unit = version.document.unit_id
        first = [m for m in able if Role.DEPUTY_HEAD in m.roles]
        first += [m for m in able if Role.UNIT_HEAD in m.roles and unit and m.unit_id == unit and m not in first]
        able = [m for m in able if Role.AGENCY_HEAD in m.roles]
    else:
        first = able
    return first or able


# --- in words --------------------------------------------------------------------------------------


def in_words(token: str, names: dict[str, str]) -> str:
    kind, _colon, key = token.partition(":")
    if kind == "role":
        return str(Role(key).label)
    if token == OWN_UNIT:
        return _("Head of the unit in charge")
    if kind == "unit":
        return _("Head of %(unit)s") % {"unit": names.get(token, key)}
    if kind == "delegate":
        return _("whom the head delegated it to")
    return names.get(token, key)


def waited_for(version: Version) -> str:
    """Who has to sign next, in words; nothing is asked of the database."""
    route = route_of(version)
    if version.state == "in_approval":
        return _("the head of the agency")
    if version.state != "in_review":
        return ""
    if route.is_usual:
        return _("the deputy head or the head of unit")
    return ", ".join(in_words(token, route.names) for token in version.awaited)


def quorum_in_words(stage: Stage) -> str:
    many = len(stage.who)
    if many == 1:
        return ""
    if stage.ordered:
        return _("one after the other")
    if stage.quorum == many:
        return pgettext("signers", "all, in any order")
    return ngettext("%(needed)d of %(many)d", "%(needed)d of %(many)d", stage.quorum) % {
        "needed": stage.quorum, "many": many,
    }  # fmt: skip


def names_of(tokens: Iterable[str]) -> dict[str, str]:
    """Units and persons as they are called today. Two queries at most."""
    keys: dict[str, list[int]] = {"unit": [], "member": []}
    for token in tokens:
        kind, _colon, key = token.partition(":")
        if key.isdigit() and kind in keys:
            keys[kind].append(int(key))
    found: dict[str, str] = {}
    if keys["unit"]:
        found |= {f"unit:{pk}": name for pk, name in Unit.objects.filter(pk__in=keys["unit"]).values_list("pk", "name")}
    if keys["member"]:
        people = Member.objects.filter(pk__in=keys["member"]).values_list("pk", "name")
        found |= {f"member:{pk}": name for pk, name in people}
    return found


# --- whether a route can be walked to its end ------------------------------------------------------


def gaps(route: Route, people: Iterable[Member], delegates: Collection[int] = ()) -> list[str]:
    """Why these people cannot sign it, in words; empty when they can. Nobody signs twice."""
    able = [(member.pk, set(tokens_of(member, delegated=member.pk in delegates))) for member in people]
    found = []
    for number, stage in enumerate(route.reviews, 1):
        places = [{pk for pk, tokens in able if token in tokens} for token in stage.who]
        empty = [token for token, holders in zip(stage.who, places, strict=True) if not holders]
        if len(stage.who) - len(empty) < stage.quorum:
            who = ", ".join(dict.fromkeys(in_words(token, route.names) for token in empty))
            found.append(_("Stage %(number)d: nobody at work can sign as %(who)s.") % {"number": number, "who": who})
    last = {pk for pk, tokens in able if tokens & set(route.approvers)}
    if not last:
        found.append(_("Nobody at work can sign the approval."))
    if found:
        return found
    stages = [
        (stage.quorum, [{pk for pk, tokens in able if token in tokens} for token in stage.who])
        for stage in route.reviews
    ]
    if not _seated([*stages, (1, [last])]):
        found.append(_("Too few people can sign: nobody signs twice, and nobody signs their own text."))
    return found


def _seated(stages: list[tuple[int, list[set[int]]]]) -> bool:
    """Whether each stage gets as many different people as it needs, nobody in two places."""
    sits: dict[int, tuple[int, int]] = {}

    def seat(stage: int, tried: set[int]) -> bool:
        taken = {place for row, place in sits.values() if row == stage}
        for place, holders in enumerate(stages[stage][1]):
            for person in () if place in taken else holders - tried:
                tried.add(person)
                former = sits.pop(person, None)
                sits[person] = (stage, place)
                if former is None or seat(former[0], tried):
                    return True
                sits[person] = former
        return False

    return all(seat(stage, set()) for stage, (needed, _places) in enumerate(stages) for _time in range(needed))


# --- fixed at submission ---------------------------------------------------------------------------


def fixed(route: Route, document: Document) -> Route:
    """The route for one version: the unit in charge named, everybody in words, whoever may sign TL. among the approvers."""
    own = f"unit:{document.unit_id}" if document.unit_id else OWN_UNIT
    reviews = tuple(
        Stage(tuple(own if who == OWN_UNIT else who for who in stage.who), stage.needed, stage.ordered, stage.name)
        for stage in route.reviews
    )
    approvers = (*HEAD, own) if route.by_order and document.unit_id else HEAD
    tokens = [token for stage in reviews for token in stage.who]
    return Route(reviews, route.by_order, names_of([*tokens, *approvers]), approvers)


def tokens_in(routes: Iterable[Route]) -> Iterator[str]:
    for route in routes:
        for stage in route.reviews:
            yield from stage.who
