"""The approval routes of an agency: set by kind, copied at submission, and a signer who is away replaced."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import notices, permissions, routes
from documents.models import ApprovalRoute, Capacity, Delegation, Document, Version
from documents.routes import Route
from tenants.models import Agency, Member, Role
from tenants.transitions import NotAllowed, NotPossible, deed, lock, record

COLLECTIVE = "TM. ỦY BAN NHÂN DÂN"
OF_WHAT = re.compile(r"\s+(?:UBND|Ủy ban|Uỷ ban|Sở|Chi cục|Cục|Trung tâm)\b.*$")  # Chủ tịch UBND xã Tân Hòa


def configured() -> dict[str, Route]:
    """The routes the agency has set, by kind; every other kind goes through the usual three hands."""
    return {row.kind: Route.of(row.stages) for row in ApprovalRoute.objects.all()}


def route_for(document: Document) -> Route:
    """The route a version of this document would be fixed to now."""
    row = ApprovalRoute.objects.filter(kind=document.kind).first()
    return routes.fixed(Route.of(row.stages) if row else Route(), document)


def gaps_of(version: Version, route: Route, *, drafter: Member | None = None) -> list[str]:
    """Why nobody could sign this version to its end, among those whose hand is not in it."""
    hands = permissions.hands_in(version) | ({drafter.pk} if drafter else set())
    at_work = [member for member in Member.objects.at_work() if member.pk not in hands]
    delegations = Delegation.objects.standing().for_kind(version.document.kind)
    return routes.gaps(route, at_work, set(delegations.values_list("to", flat=True)))


def check(route: Route) -> None:
    """Raises ValidationError for a route that nobody could walk to its end today."""
    if not route.reviews:
        raise ValidationError(_("A route has at least one review before the approval."))
    for number, stage in enumerate(route.reviews, 1):
        names = {"number": number}
        if not stage.who:
            raise ValidationError(_("Stage %(number)d has no signer.") % names)
        if stage.needed > len(stage.who):
            raise ValidationError(_("Stage %(number)d asks for more signatures than it has signers.") % names)
        if stage.ordered and stage.quorum < len(stage.who):
            raise ValidationError(_("Stage %(number)d: who signs one after the other, sign all.") % names)
        persons = [who for who in stage.who if not who.startswith("role:")]
        if len(persons) != len(set(persons)):
            raise ValidationError(_("Stage %(number)d names somebody twice.") % names)
    people = list(Member.objects.at_work())
    bare = Route(
        tuple(
            routes.Stage(tuple(_any_unit(who) for who in stage.who), stage.needed, stage.ordered, stage.name)
            for stage in route.reviews
        ),
        route.by_order,
        routes.names_of(routes.tokens_in([route])),
    )
    if found := routes.gaps(bare, people, set(Delegation.objects.standing().values_list("to", flat=True))):
        raise ValidationError(found)


def _any_unit(who: str) -> str:
    """Which unit is in charge is known with the document only: some head of a unit there must be."""
    return f"role:{Role.UNIT_HEAD}" if who == routes.OWN_UNIT else who


@atomic
def set_route(kind: str, route: Route | None, *, by: Member) -> bool:
    """Versions of this kind submitted from now on go this way; None: through the usual three hands again.

    Running versions keep theirs. Raises ValidationError for a route that cannot be fulfilled. False: nothing changed.
    """
    if not permissions.may_set_routes(by):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the ISO secretary"))
    agency: Agency = lock(by.agency)
    row = ApprovalRoute.objects.filter(kind=kind).first()
    if route is not None:
        check(route)
    wanted = route.as_json() if route is not None else {}
    if wanted == (row.stages if row else {}):
        return False
    row = row or ApprovalRoute(kind=kind)
    row.stages = wanted
    with deed("set_route", agency, by=by, details={"kind": kind, "route": wanted}):
        row.save()
    return True


@atomic
def replace_signer(version: Version, number: int, place: int, member: Member, *, by: Member, reason: str) -> Version:
    """`member` signs in this place of the running round: whoever was to sign it is away, has left or lost the role.

    The ISO secretary replaces a person the route names, or an office that nobody at work can sign for; the head any of
    them. Raises NotPossible for a place somebody can sign, and for whoever may not stand in (permissions.may_stand_in).
    """
    document = lock(version.document)
    version = lock(version)
    version.document = document
    if not permissions.may_replace_signers(version, by):
        raise NotAllowed(
            _("Your role in this agency does not include this."),
            about=version,
            needs=_("the ISO secretary or the head of the agency"),
        )
    if not reason.strip():
        raise NotPossible(_("A reason is needed."))
    route = routes.route_of(version)
    if number < version.stage or number >= route.approval or not 0 <= place < len(route.stage(number).who):
        raise NotPossible(_("This place is signed already, or not in the route."), about=version)
    signed = routes.filled(version, version.stage)
    if number == version.stage and place in signed:
        raise NotPossible(_("This place is signed already, or not in the route."), about=version)
    token = f"member:{member.pk}"
    if not permissions.may_stand_in(version, member, named_by=by) or token in route.stage(number).who:
        raise NotPossible(
            _("Choose a deputy or head of unit at work, other than you, who has not written or signed this text."),
            about=version,
        )
    if not by.has_role(Role.AGENCY_HEAD) and (able := _who_can(version, route.stage(number).who[place])):
        raise NotPossible(
            _("%(names)s can sign in this place. Only the head of the agency names somebody else there.")
            % {"names": ", ".join(one.name for one in able[:5])},
            about=version,
        )
    former = routes.in_words(route.stage(number).who[place], route.names)
    route = route.with_place(number, place, token, member.name)
    version.route = route.as_json()
    version.awaited = routes.awaited(route, version.stage, signed)
    details = {"stage": number, "from": former, "to": member.name}
    record(version, "replaced_signer", by=by, reason=reason, details=details)
    notices.was_named_signer(version, member, by=by, reason=reason)
    return version


def _who_can(version: Version, token: str) -> list[Member]:
    """Who at work can sign for an office the route names; whether a person it names is away, only people know."""
    if token.startswith("member:"):
        return []
    at_work = Member.objects.at_work().exclude(pk__in=permissions.hands_in(version)).order_by("name")
    return [member for member in at_work if token in permissions.tokens_of(member, delegated=False)]


def authority(agency: Agency, capacity: str) -> str:
    """The line above the title in the office's form (Decree 30/2020, annex I): KT. CHỦ TỊCH, TM. ỦY BAN NHÂN DÂN."""
    if capacity == Capacity.OWN:
        return ""
    if capacity == Capacity.ON_BEHALF:
        return COLLECTIVE
    if capacity == Capacity.DEPUTY_ON_BEHALF:
        return f"{COLLECTIVE}, KT. {_office_of_the_head(agency)}"
    return f"{capacity} {_office_of_the_head(agency)}"


def _office_of_the_head(agency: Agency) -> str:
    """CHỦ TỊCH, GIÁM ĐỐC: the office of whoever leads the agency or led it last, without its name and what else they are."""
    heads = Member.objects.filter(roles__contains=[Role.AGENCY_HEAD]).exclude(title="")
    current = heads.filter(pk__in=Member.objects.at_work().values("pk"))
    head = current.order_by("-valid_from", "-pk").first() or heads.order_by("-valid_to", "-pk").first()
    title = head.title.partition(",")[0] if head is not None else ""
    office = OF_WHAT.sub("", title.replace(agency.name, "")).strip()
    usual = "Chủ tịch" if agency.kind in permissions.COLLECTIVES else "Thủ trưởng"
    return (office or usual).upper()
