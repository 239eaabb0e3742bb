"""Who is told about audits. Written within the deed, so once per person, and sent on commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import uuid4

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from audits.models import Audit
from tenants import mails
from tenants.links import absolute, below
from tenants.models import Member, Role


def planned(audit: Audit, *, by: Member, known: Collection[int] = ()) -> None:
    """The lead, the team and the head of the audited unit learn of the plan; `known` and the head were told before."""
    for member in _people(_named(audit) if known else _expecting(audit), but=by):
        if member.pk not in known:
            with override(_language(member)):
                subject = _("Internal audit %(code)s of %(unit)s on %(day)s") % _facts(audit)
                body = _("%(title)s is planned for %(day)s. Unit audited: %(unit)s. Lead auditor: %(lead)s.")
                mails.write(
                    member, f"audit-planned-{audit.pk}-{uuid4()}", subject, f"{body % _facts(audit)}\n\n{_way(audit)}\n"
                )


def moved(audit: Audit, before: dt.date, *, by: Member, known: Collection[int]) -> None:
    """Everybody who was told of the plan learns of the new day."""
    named = Member.objects.filter(pk__in=known).select_related("user")
    for member in _people([*named, *_heads_of(audit)], but=by):
        with override(_language(member)):
            facts = _facts(audit) | {"before": date_format(before, "d/m/Y")}
            subject = _("Internal audit %(code)s of %(unit)s is now on %(day)s") % facts
            body = _("%(title)s was planned for %(before)s and takes place on %(day)s.") % facts
            mails.write(member, f"audit-moved-{audit.pk}-{uuid4()}", subject, f"{body}\n\n{_way(audit)}\n")


def cancelled(audit: Audit, reason: str, *, by: Member) -> None:
    """Whoever expects it learns that it does not take place."""
    for member in _people(_expecting(audit), but=by):
        with override(_language(member)):
            subject = _("Internal audit %(code)s of %(unit)s on %(day)s is cancelled") % _facts(audit)
            body = _("%(title)s does not take place. Reason: %(reason)s") % (_facts(audit) | {"reason": reason})
            mails.write(member, f"audit-cancelled-{audit.pk}", subject, f"{body}\n\n{_way(audit)}\n")


def closed(audit: Audit, *, by: Member) -> None:
    """The head of the audited unit and the head of the agency learn of the result."""
    heads = Member.objects.at_work().in_role(Role.AGENCY_HEAD).select_related("user")
    for member in _people([*_heads_of(audit), *heads], but=by):
        with override(_language(member)):
            subject = _("Internal audit %(code)s of %(unit)s is closed") % _facts(audit)
            body = _("Conclusion: %(conclusion)s\n\nFindings: %(findings)s.") % _facts(audit)
            mails.write(member, f"audit-closed-{audit.pk}", subject, f"{body}\n\n{_way(audit)}\n")


def _named(audit: Audit) -> list[Member]:
    return [audit.lead, *(auditor.member for auditor in audit.team.select_related("member__user"))]


def _expecting(audit: Audit) -> list[Member]:
    return [*_named(audit), *_heads_of(audit)]


def _heads_of(audit: Audit) -> list[Member]:
    return list(Member.objects.at_work().in_role(Role.UNIT_HEAD).filter(unit=audit.unit).select_related("user"))


def _people(members: list[Member], *, but: Member) -> list[Member]:
    """Each once, and not the one who did it."""
    return [member for member in dict.fromkeys(members) if member.pk != but.pk]


def _language(member: Member) -> str:
    return member.user.language if member.user else "vi"


def _facts(audit: Audit) -> dict[str, object]:
    return {
        "code": audit.code,
        "title": audit.title,
        "unit": audit.unit.name,
        "day": date_format(audit.planned_on, "d/m/Y"),
        "lead": audit.lead.name,
        "conclusion": audit.conclusion,
        "findings": audit.findings.standing().count(),
    }


def _way(audit: Audit) -> str:
    return absolute(below("audit", audit.code))
