"""Who is told, each in their own language; one mail per event and person."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from documents import routes
from documents.models import Confidentiality, Delegation, Document, SignatureRole, Version
from documents.permissions import hands_in
from tenants import links, mails
from tenants.models import Member

Letter = tuple[str, str]  # subject, body


def asked_to_review(version: Version) -> None:
    """Who can sign this stage of the route (documents.routes.asked)."""
    signed = version.signatures.filter(round=version.round, role=SignatureRole.REVIEWED).count() if version.stage else 0
    key = _key(version, "review") + (f".{version.stage}.{signed}" if signed else "")
    tell(_asked_now(version), key, lambda: _asked(version, _("review")))


def asked_to_approve(version: Version) -> None:
    """The head of the agency and whom the head delegated it to; where neither may sign it, the deputies."""
    tell(_asked_now(version), _key(version, "approve"), lambda: _asked(version, _("approval")))


def was_named_signer(version: Version, member: Member, *, by: Member, reason: str) -> None:
    """Who signs in the place of somebody else."""

    def letter() -> Letter:
        names = _names(version) | {"who": by.name, "reason": said(version.document, reason), "link": _link(version)}
        return (
            _("You sign in somebody's place: %(code)s %(title)s, version %(number)s") % names,
            _(
                "%(who)s has named you as a signer of %(code)s %(title)s, version %(number)s.\n\nReason: %(reason)s\n\n"
                "Read it here:\n%(link)s\n"
            )
            % names,
        )

    tell([member], f"{_key(version, 'named')}.{version.stage}", letter)


def was_sent_back(version: Version, *, by: Member, reason: str) -> None:
    """The drafter. `version.round` is already the next one."""

    def letter() -> Letter:
        names = _names(version) | {"who": by.name, "reason": said(version.document, reason), "link": _link(version)}
        return (
            _("Returned: %(code)s %(title)s, version %(number)s") % names,
            _(
                "%(who)s returned %(code)s %(title)s, version %(number)s, to you as the drafter.\n\nReason: %(reason)s\n\n"
                "Mend the text and submit it again:\n%(link)s\n"
            )
            % names,
        )

    tell([version.drafted_by], _key(version, "returned"), letter)


def was_taken_over(version: Version, former: Member, *, by: Member, reason: str, mark: int) -> None:
    """The former drafter. `mark` tells one taking over from the next."""

    def letter() -> Letter:
        names = _names(version) | {"who": by.name, "reason": said(version.document, reason), "link": _link(version)}
        return (
            _("Taken over: %(code)s %(title)s, version %(number)s") % names,
            _(
                "%(who)s has taken over your draft %(code)s %(title)s, version %(number)s, and answers for it now.\n\n"
                "Reason: %(reason)s\n\n%(link)s\n"
            )
            % names,
        )

    tell([former], f"{_key(version, 'taken-over')}.{mark}", letter)


def was_dropped(version: Version, *, by: Member, reason: str) -> None:
    """The drafter."""

    def letter() -> Letter:
        names = _names(version) | {"who": by.name, "reason": said(version.document, reason), "link": _link(version)}
        return (
            _("Dropped: %(code)s %(title)s, draft %(number)s") % names,
            _(
                "%(who)s has dropped your draft %(code)s %(title)s, version %(number)s. It stays readable.\n\n"
                "Reason: %(reason)s\n\n%(link)s\n"
            )
            % names,
        )

    tell([version.drafted_by], _key(version, "dropped"), letter)


def was_withdrawn(version: Version, readers: Iterable[Member], reason: str) -> None:
    """Everybody who had confirmed reading it."""

    def letter() -> Letter:
        names = _names(version) | {"reason": said(version.document, reason), "link": _link(version)}
        return (
            _("No longer in force: %(code)s %(title)s, version %(number)s") % names,
            _(
                "%(code)s %(title)s, version %(number)s, is withdrawn. Nobody works by it any longer.\n\n"
                "Reason: %(reason)s\n\n%(link)s\n"
            )
            % names,
        )

    tell(readers, _key(version, "withdrawn"), letter)


def came_into_force(version: Version, readers: Iterable[Member]) -> None:
    """Everybody who has to read it."""

    def letter() -> Letter:
        names = _names(version) | {"day": f"{version.effective_from:%d/%m/%Y}", "link": _link(version)}
        return (
            _("In force from %(day)s: %(code)s %(title)s, version %(number)s") % names,
            _(
                "%(code)s %(title)s, version %(number)s, is in force from %(day)s.\n\n"
                "Read it and confirm that you have read it:\n%(link)s\n"
            )
            % names,
        )

    tell(readers, _key(version, "in-force"), letter)


def past_differs(mark: int, rows: list[Version | Document], readers: Iterable[Member]) -> None:
    """The head and the ISO secretary: what is kept is not what the history says. `mark` tells one finding from the next."""

    def letter() -> Letter:
        lines = [f"- {row.code}" if isinstance(row, Document) else f"- {row}" for row in rows[:30]]
        names = {"lines": "\n".join(lines), "link": links.absolute(links.below("journal"))}
        return (
            _("Documents that are not as the history says: %(count)s") % {"count": len(rows)},
            _(
                "Every night what is kept of each document is compared with the history, which nobody can change. "
                "These are no longer what they were:\n\n%(lines)s\n\n"
                "The journal says of each what is different. Do not rely on their text or days; tell the administrator.\n\n"
                "%(link)s\n"
            )
            % names,
        )

    tell(readers, f"past-differs.{mark}", letter)


def _asked(version: Version, what: str) -> Letter:
    names = _names(version) | {"what": what, "link": _link(version)}
    return (
        _("Waiting for your %(what)s: %(code)s %(title)s, version %(number)s") % names,
        _("%(code)s %(title)s, version %(number)s, waits for your %(what)s and signature.\n\nRead it here:\n%(link)s\n")
        % names,
    )


def tell(readers: Iterable[Member], key: str, letter: Callable[[], Letter]) -> None:
    """The letter is written once per language."""
    written: dict[str, Letter] = {}
    letters = []
    for reader in readers:
        if reader.user is None:
            continue
        language = reader.user.language
        if language not in written:
            with translation.override(language):
                written[language] = letter()
        letters.append((reader, *written[language]))
    mails.write_all(key, letters)


def said(document: Document, words: str) -> str:
    """What somebody wrote about a document, as a mail may carry it: of a restricted one it stays in the system."""
    if document.confidentiality != Confidentiality.RESTRICTED:
        return words
    return _("(to be read in the system: the document is restricted)")


def _asked_now(version: Version) -> list[Member]:
    at_work = Member.objects.select_related("user").at_work()
    delegates = set(Delegation.objects.standing().for_kind(version.document.kind).values_list("to", flat=True))
    return routes.asked(version, at_work, delegates, hands_in(version))


def _key(version: Version, event: str) -> str:
    return f"{event}.{version.pk}.{version.round}"


def _names(version: Version) -> dict[str, str]:
    return {"code": version.document.code, "title": version.said_title, "number": version.number}


def _link(version: Version) -> str:
    return links.absolute(links.below("version", version.document.code, version))
