"""Who is told about requests for change, delegations and reviews; each in their own language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from documents import permissions
from documents.models import ChangeRequest, Delegation, PeriodicReview
from documents.notices import Letter, said, tell
from tenants import links
from tenants.models import Member, Role
from tenants.querysets import MemberQuerySet


def was_proposed(request: ChangeRequest) -> None:
    """Whoever decides; the one who asked is not told of their own request."""
    deciders = _at_work().in_role(*permissions.DECIDERS).exclude(pk=request.asked_by_id)

    def letter() -> Letter:
        names = _names(request) | {"who": request.asked_by.name}
        return (
            _("Request for change %(request)s: %(code)s %(title)s") % names,
            _("%(who)s asks for a change of %(code)s %(title)s.\n\nParts: %(parts)s\nReason: %(reason)s\n\n"
              "Decide it here:\n%(link)s\n") % names,
        )  # fmt: skip

    tell(deciders, f"change-proposed.{request.pk}", letter)


def was_accepted(request: ChangeRequest, drafter: Member) -> None:
    """Whoever asked, and the drafter."""
    version = request.version
    assert version is not None

    def letter() -> Letter:
        names = _names(request) | {"drafter": drafter.name, "number": version.number}
        return (
            _("Accepted: request %(request)s, %(code)s %(title)s") % names,
            _("Request %(request)s for a change of %(code)s %(title)s is accepted. %(drafter)s writes draft %(number)s.\n\n"
              "Parts: %(parts)s\nReason: %(reason)s\n\n%(link)s\n") % names,
        )  # fmt: skip

    people = {member.pk: member for member in (request.asked_by, drafter)}
    tell(people.values(), f"change-accepted.{request.pk}", letter)


def was_refused(request: ChangeRequest) -> None:
    """Whoever asked."""

    def letter() -> Letter:
        names = _names(request) | {"answer": said(request.document, request.answer)}
        return (
            _("Refused: request %(request)s, %(code)s %(title)s") % names,
            _("Request %(request)s for a change of %(code)s %(title)s is refused.\n\nReason: %(answer)s\n\n%(link)s\n")
            % names,
        )

    tell([request.asked_by], f"change-refused.{request.pk}", letter)


def was_delegated(delegation: Delegation) -> None:
    """Whom it was given to."""

    def letter() -> Letter:
        names = _days(delegation)
        only = _("It holds for these kinds of document only: %(kinds)s.\n") % {"kinds": delegation.kinds_in_words}
        return (
            _("You sign approvals from %(first)s to %(last)s") % names,
            _("%(head)s has delegated the signing of approvals to you from %(first)s to %(last)s, by decision %(decision)s."
              "\n\nYou sign with TUQ. Outside these days the system refuses it.\n\n%(link)s\n") % names
            + (only if delegation.kinds else ""),
        )  # fmt: skip

    tell([delegation.to], f"delegated.{delegation.pk}", letter)


def delegation_ended(delegation: Delegation, *, by: Member, reason: str) -> None:
    """Both, except who ended it."""

    def letter() -> Letter:
        names = _days(delegation) | {"who": by.name, "reason": reason}
        return (
            _("Ended: delegation of signing by decision %(decision)s") % names,
            _("%(who)s has ended the delegation by decision %(decision)s. It gives no signature any longer.\n\n"
              "Reason: %(reason)s\n\n%(link)s\n") % names,
        )  # fmt: skip

    people = [member for member in (delegation.to, delegation.by) if member.pk != by.pk]
    tell(people, f"delegation-ended.{delegation.pk}", letter)


def withdrawal_was_advised(review: PeriodicReview) -> None:
    """The head of the agency, who alone withdraws."""
    heads = _at_work().in_role(Role.AGENCY_HEAD).exclude(pk=review.member_id)
    version = review.version

    def letter() -> Letter:
        names = {
            "code": version.document.code, "title": version.said_title, "number": version.number, "who": review.member.name,
            "reason": said(version.document, review.reason), "link": links.absolute(links.below("withdraw", version.document.code, version)),
        }  # fmt: skip
        return (
            _("To be withdrawn: %(code)s %(title)s, version %(number)s") % names,
            _("%(who)s has reviewed %(code)s %(title)s, version %(number)s, and advises to withdraw it.\n\n"
              "Reason: %(reason)s\n\nWithdraw it here, or keep it:\n%(link)s\n") % names,
        )  # fmt: skip

    tell(heads, f"withdrawal-advised.{review.pk}", letter)


def _at_work() -> MemberQuerySet:
    return Member.objects.select_related("user").at_work()


def _names(request: ChangeRequest) -> dict[str, str]:
    return {
        "request": request.code,
        "code": request.document.code,
        "title": request.document.said_title,
        "parts": said(request.document, request.parts),
        "reason": said(request.document, request.reason),
        "link": links.absolute(links.below("change_request", request.code)),
    }


def _days(delegation: Delegation) -> dict[str, str]:
    return {
        "head": delegation.by.name,
        "decision": delegation.decision,
        "first": f"{delegation.first_day:%d/%m/%Y}",
        "last": f"{delegation.last_day:%d/%m/%Y}",
        "link": links.absolute(links.below("delegations")),
    }
