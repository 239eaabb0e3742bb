"""What the clock reminds of in dossiers: steps near due and late, results near due and late with whoever has the step,
dossiers late without a result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models.functions import Coalesce

from processes.models import Dossier, DossierState, Task
from tenants.links import below
from tenants.models import Member, Role
from tenants.reminders import Night, Occasion


def occasions(night: Night) -> Iterator[Occasion]:
    """Two queries, whatever the number of tasks. No resident's data: a mail leaves the house."""
    found = list(_steps(night))
    for kind in ("result_late", "step_late", "result_near", "step_near"):
        yield from (occasion for occasion in found if occasion.kind == kind)
    yield from _dossiers(night)


def _steps(night: Night) -> Iterator[Occasion]:
    """Near due: once. Late: at once, then every week it stays so (domain §6.4-8 says what is near).

    A step whose dossier is due before it presses by the dossier's due moment.
    """
    fields = (
        "pk", "step", "name", "member_id", "unit_id", "role", "near_at", "due_at",
        "dossier__code", "dossier__version__title", "dossier__near_at", "dossier__due_at",
    )  # fmt: skip
    tasks = Task.objects.open().exclude(dossier__state=DossierState.RESULT_READY)  # the return waits for the resident
    tasks = tasks.annotate(home=Coalesce("unit_id", "member__unit_id")).by_pressure()
    for task in tasks.values(*fields, "home"):
        about = "result" if task["dossier__due_at"] < task["due_at"] else "step"
        near_at, due_at = (task["near_at"], task["due_at"])
        if about == "result":
            near_at, due_at = min(near_at, task["dossier__near_at"]), task["dossier__due_at"]
        rung = _rung(night, near_at, due_at)
        if not rung:
            continue
        path = below("dossier", task["dossier__code"])
        for member in _whose(night, task):
            yield Occasion(
                member_id=member.pk,
                kind=f"{about}_late" if rung.startswith("late") else f"{about}_near",
                about=f"task {task['pk']}",
                moment=due_at,
                rung=rung,
                path=path,
                text={
                    "dossier": task["dossier__code"], "title": task["dossier__version__title"],
                    "step": task["step"], "name": task["name"], "due": due_at,
                },
            )  # fmt: skip


def _rung(night: Night, near_at: dt.datetime, due_at: dt.datetime) -> str:
    """The rung this step has reached by now; "" while there is time."""
    if due_at < night.now:
        return f"late {night.weeks_since(due_at)}"
    return "near" if near_at <= night.now else ""


def _whose(night: Night, task: dict) -> list[Member]:
    """Whoever has it; while it is nobody's, everybody of the unit or in the role. Where none of them is at work,
    whoever can give it to somebody else: the head of that unit, or else the head of the agency."""
    if task["member_id"] is not None:
        theirs = [night.by_id[task["member_id"]]] if task["member_id"] in night.by_id else []
    elif task["unit_id"] is not None:
        theirs = night.of_unit(task["unit_id"])
    else:
        theirs = night.in_role(task["role"])
    if theirs:
        return theirs
    heads = [member for member in night.of_unit(task["home"]) if Role.UNIT_HEAD in member.roles]
    return heads or night.in_role(Role.AGENCY_HEAD)


def _dossiers(night: Night) -> Iterator[Occasion]:
    """Late and no result yet: the heads hear of each once, then every week, all in one line of their digest."""
    heads = night.in_role(Role.AGENCY_HEAD)
    path = below("dossiers") + "?due=late"
    late = Dossier.objects.overdue(night.now).order_by("due_at", "pk").values_list("pk", "code", "due_at")
    for pk, code, due_at in late if heads else ():
        for head in heads:
            yield Occasion(
                member_id=head.pk,
                kind="dossier_late",
                about=f"dossier {pk}",
                moment=due_at,
                rung=f"late {night.weeks_since(due_at)}",
                path=path,
                text={"dossier": code, "due": due_at},
            )
