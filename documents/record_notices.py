"""Who is told about disposals: the head who decides, and whoever proposed."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from documents import record_permissions as permissions
from documents.record_models import Disposal, DisposalState
from tenants import links, mails
from tenants.models import Member


def asked_to_decide(disposal: Disposal, groups: int) -> None:
    """Whoever leads the agency and did not propose it themselves."""
    for member in Member.objects.select_related("user").at_work():
        if member.user is not None and permissions.may_decide_disposal(disposal, member):
            with translation.override(member.user.language):
                subject = _("Disposal %(code)s is to be decided") % {"code": disposal.code}
                words = _(
                    "%(who)s proposes to dispose of %(count)s record groups whose retention has ended: %(reason)s"
                )
                body = words % {"who": disposal.proposed_by.name, "count": groups, "reason": disposal.reason}
                mails.write(member, f"disposal.{disposal.pk}.asked", subject, _with_link(body, disposal))


def was_decided(disposal: Disposal) -> None:
    """Approved or refused: whoever proposed it."""
    member = Member.objects.select_related("user").filter(pk=disposal.proposed_by_id).first()
    if member is None or member.user is None:
        return
    with translation.override(member.user.language):
        if disposal.state == DisposalState.APPROVED:
            subject = _("Disposal %(code)s is approved") % {"code": disposal.code}
            body = _("By decision %(decision)s. Enter here when and before whom it was carried out.") % {
                "decision": disposal.decision
            }
        else:
            subject = _("Disposal %(code)s is refused") % {"code": disposal.code}
            body = _("Everything stays in the register: %(answer)s") % {"answer": disposal.answer}
        mails.write(member, f"disposal.{disposal.pk}.{disposal.state}", subject, _with_link(body, disposal))


def _with_link(body: str, disposal: Disposal) -> str:
    return f"{body}\n\n{links.absolute(links.below('disposal', disposal.code))}\n"
