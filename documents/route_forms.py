"""What may be entered about approval routes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import permissions, routing
from documents.forms import Line, ReasonForm
from documents.models import Version
from documents.routes import MOST_SIGNERS, MOST_STAGES, OWN_UNIT, Route, Stage
from tenants import clock
from tenants.models import Member, Role, Unit
from tenants.querysets import in_words

SIGNING = [
    Role.DEPUTY_HEAD,
    Role.UNIT_HEAD,
    Role.AGENCY_HEAD,
    Role.ISO_SECRETARY,
    Role.DOCUMENT_CONTROLLER,
    Role.OFFICER,
]
ORDERS = [
    ("all", gettext_lazy("all of them, in any order")),
    ("ordered", gettext_lazy("all of them, one after the other")),
    ("some", gettext_lazy("so many of them, in any order")),
]


class RouteForm(forms.Form):
    """The reviews of a kind, stage by stage; room for one stage and two signers more than there are."""

    def __init__(self, *args: Any, route: Route, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usual = route
        self.stages = min(max(len(route.reviews) + 1, self._posted_stages()), MOST_STAGES)
        choices = self._choices()
        for number in range(1, self.stages + 1):
            self._stage(number, route.reviews[number - 1] if number <= len(route.reviews) else None, choices)
        self.fields["by_order"] = Line(
            label=_("Regulation by which heads of units sign for the head (TL.)"),
            max_length=100,
            required=False,
            initial=route.by_order,
            help_text=_("For example: 05/QĐ-UBND. Empty: only the head, a deputy (KT.) or a delegate (TUQ.) approves."),
        )

    def _posted_stages(self) -> int:
        return sum(1 for number in range(1, MOST_STAGES + 1) if f"order_{number}" in self.data)

    def _stage(self, number: int, stage: Stage | None, choices: list[Any]) -> None:
        names = {"number": number}
        who = stage.who if stage else ()
        self.fields[f"name_{number}"] = Line(
            label=_("Stage %(number)d: heading in the signature block") % names,
            max_length=60,
            required=False,
            initial=stage.name if stage else "",
            help_text=_("Empty: Reviewed."),
        )
        self.fields[f"order_{number}"] = forms.ChoiceField(
            label=_("Stage %(number)d: who signs") % names,
            choices=ORDERS,
            initial=_order_of(stage),
        )
        self.fields[f"needed_{number}"] = forms.IntegerField(
            label=_("Stage %(number)d: how many") % names,
            required=False,
            min_value=1,
            max_value=MOST_SIGNERS,
            initial=stage.needed if stage and _order_of(stage) == "some" else None,
            help_text=_("Only for “so many of them”."),
        )
        for place in range(1, min(max(len(who) + 2, self._posted_signers(number)), MOST_SIGNERS) + 1):
            self.fields[f"who_{number}_{place}"] = forms.ChoiceField(
                label=_("Stage %(number)d, signer %(place)d") % {"number": number, "place": place},
                choices=[("", _("nobody")), *choices],
                required=False,
                initial=who[place - 1] if place <= len(who) else "",
            )

    def _posted_signers(self, number: int) -> int:
        return sum(1 for place in range(1, MOST_SIGNERS + 1) if f"who_{number}_{place}" in self.data)

    def _choices(self) -> list[Any]:
        units = Unit.objects.valid_on(clock.today()).order_by(in_words("name"))
        people = Member.objects.at_work().order_by("name")
        named = {who for stage in self.usual.reviews for who in stage.who}
        gone = [who for who in named if who.startswith("member:") and not people.filter(pk=who[7:]).exists()]
        return [
            (_("By role"), [(f"role:{role.value}", role.label) for role in SIGNING]),
            (_("Head of a unit"), [
                (OWN_UNIT, _("Head of the unit in charge")),
                *((f"unit:{unit.pk}", _("Head of %(unit)s") % {"unit": unit.name}) for unit in units),
            ]),
            (_("By name"), [
                *((f"member:{member.pk}", f"{member.name}, {member.title}") for member in people),
                *((who, _("somebody who has left")) for who in gone),
            ]),
        ]  # fmt: skip

    @property
    def route(self) -> Route:
        """As entered; stages without a signer are left out."""
        entered, reviews = self.cleaned_data, []
        for number in range(1, self.stages + 1):
            places = range(1, MOST_SIGNERS + 1)
            who = tuple(name for place in places if (name := entered.get(f"who_{number}_{place}")))
            order = entered.get(f"order_{number}")
            if who:
                needed = entered.get(f"needed_{number}") or 0 if order == "some" else 0
                reviews.append(Stage(who, needed, order == "ordered", entered.get(f"name_{number}", "")))
        return Route(tuple(reviews), entered.get("by_order", ""))

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or {}
        for number in range(1, self.stages + 1):
            named = any(entered.get(f"who_{number}_{place}") for place in range(1, MOST_SIGNERS + 1))
            if named and entered.get(f"order_{number}") == "some" and not entered.get(f"needed_{number}"):
                self.add_error(f"needed_{number}", _("Say how many of them have to sign."))
        if not self.errors:
            routing.check(self.route)
        return entered


def _order_of(stage: Stage | None) -> str:
    if stage is None or stage.quorum == len(stage.who):
        return "ordered" if stage and stage.ordered and len(stage.who) > 1 else "all"
    return "some"


class ReplaceSignerForm(ReasonForm):
    member: Any = forms.ModelChoiceField(label=gettext_lazy("Who signs instead"), queryset=None)
    field_order = ("member", "reason")

    def __init__(self, *args: Any, version: Version, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hands = permissions.hands_in(version) | {by.pk}
        able = Member.objects.at_work().exclude(pk__in=hands).exclude(roles=[]).order_by("name")
        if not by.has_role(Role.AGENCY_HEAD):
            able = able.in_role(*permissions.REVIEWERS)
        self.fields["member"].queryset = able  # type: ignore[attr-defined]
