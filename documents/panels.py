"""What stands beside the sheet: the deeds panel, the versions, what happened. Frozen, for the templates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from documents import permissions, routes
from documents.copy_models import ControlledCopy
from documents.models import OPEN_STATES, Acknowledgement, Document, State, Version
from documents.reports import Badge, badge_of, held_on_no_day, holding
from tenants.models import JournalEntry, Member
from tenants.transitions import Offer, offers
from tenants.words import day

PAGES = {
    "submit": "submit",
    "review": "review",
    "approve": "approve",
    "take_over": "take_over",
    "drop": "drop",
    "send_back": "send_back_version",
    "withdraw": "withdraw",
}
ICONS = {"submit": "hand-over", "review": "sign", "approve": "sign", "send_back": "return"}
AHEAD = {  # the deeds worth naming in a state, possible now or later
    State.DRAFT: ("submit", "review", "approve"),
    State.IN_REVIEW: ("review", "send_back", "approve"),
    State.IN_APPROVAL: ("approve", "send_back"),
    State.APPROVED: ("withdraw",),
    State.IN_FORCE: ("withdraw",),
}
ASIDE = ("take_over", "drop")  # of a draft, offered after the editing; not worth naming to others
VERBS = {
    "created": gettext_lazy("%(who)s began the document %(what)s"),
    "began": gettext_lazy("%(who)s began %(what)s"),
    "edited": gettext_lazy("%(who)s saved %(what)s"),
    "put_file": gettext_lazy("%(who)s uploaded the file that %(what)s consists of"),
    "took_file_off": gettext_lazy("%(who)s took the file off %(what)s"),
    "attached": gettext_lazy("%(who)s attached a file to %(what)s"),
    "detached": gettext_lazy("%(who)s took an attachment off %(what)s"),
    "linked": gettext_lazy("%(who)s changed the link of %(what)s"),
    "take_over": gettext_lazy("%(who)s took over the draft %(what)s"),
    "drop": gettext_lazy("%(who)s dropped the draft %(what)s"),
    "take_up": gettext_lazy("%(who)s began %(what)s in the place of the dropped draft"),
    "submit": gettext_lazy("%(who)s submitted %(what)s for review"),
    "review": gettext_lazy("%(who)s signed the review of %(what)s"),
    "sign_along": gettext_lazy("%(who)s signed the review of %(what)s; others are still to sign theirs"),
    "replaced_signer": gettext_lazy("%(who)s named somebody else as a signer of %(what)s"),
    "set_route": gettext_lazy("%(who)s changed the approval routes"),
    "approve": gettext_lazy("%(who)s signed the approval of %(what)s"),
    "send_back": gettext_lazy("%(who)s returned %(what)s to the drafter"),
    "bring_into_force": gettext_lazy("%(what)s came into force"),
    "supersede": gettext_lazy("%(what)s was superseded"),
    "withdraw": gettext_lazy("%(who)s withdrew %(what)s"),
    "acknowledged": gettext_lazy("%(who)s has read %(what)s"),
    "handed_out": gettext_lazy("%(who)s handed out %(what)s"),
    "recalled": gettext_lazy("%(who)s recalled %(what)s"),
    "clauses_named": gettext_lazy("%(who)s named the clauses served by %(what)s"),
    "began_correction": gettext_lazy("%(who)s began the minor correction %(what)s"),
    "began_issue": gettext_lazy("%(who)s began the new issue %(what)s"),
    "proposed": gettext_lazy("%(who)s asked for a change: %(what)s"),
    "accept": gettext_lazy("%(who)s accepted the request %(what)s"),
    "refuse": gettext_lazy("%(who)s refused the request %(what)s"),
    "delegated": gettext_lazy("%(who)s delegated the signing of approvals: %(what)s"),
    "ended_delegation": gettext_lazy("%(who)s ended the delegation %(what)s"),
    "reviewed": gettext_lazy("%(who)s reviewed %(what)s"),
    "set_codes": gettext_lazy("%(who)s changed the patterns of the codes"),
    "distributed": gettext_lazy("%(who)s chose the readers of %(what)s"),
    "began_from_set": gettext_lazy("%(who)s began %(what)s from the framework set"),
    "rendered": gettext_lazy("The PDF of %(what)s was stored"),
}


@dataclass(frozen=True)
class Button:
    """One deed as parts/deeds.html draws it."""

    label: Any
    url: str
    icon: str = ""
    first: bool = False
    grave: bool = False
    direct: bool = False


@dataclass(frozen=True)
class Deeds:
    ask: SafeString
    offered: list[Button] = field(default_factory=list)
    not_now: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    text: str = ""
    state: Badge | None = None


@dataclass(frozen=True)
class Happening:
    """A line of the journal in words, for parts/history.html."""

    at: dt.datetime
    text: str
    quote: str = ""
    url: str = ""


# --- deeds -----------------------------------------------------------------------------------------


def deeds_of(version: Version, member: Member, reading: Acknowledgement | None) -> Deeds:
    """The sentence, the buttons this member may press, and what is not possible yet with who can do it."""
    offered = {offer.verb: offer for offer in offers(version, member)}
    known = {verb: offer for verb, offer in offered.items() if verb in AHEAD.get(State(version.state), ())}
    buttons = [_button(version, offer) for offer in known.values() if offer.allowed]
    if permissions.may_edit(version, member):
        buttons[1:1] = _editing(version)
    buttons += [_button(version, offered[verb]) for verb in ASIDE if offered[verb].allowed]
    unread = reading is not None and reading.read_at is None and version.state == State.IN_FORCE
    if unread:
        buttons.insert(0, Button(_("Confirm that I have read it"), address(version, "acknowledge"), "check"))
    if version.pdf_id:
        buttons.append(Button(_("Download the signed PDF"), address(version, "version_pdf"), "download"))
    if version.state == State.IN_FORCE:
        buttons.append(Button(_("Request a change"), reverse("propose_change", args=[version.document.code]), "edit"))
    buttons.sort(key=lambda button: button.grave)
    if buttons and (unread or any(offer.allowed and not offer.grave for offer in known.values())):
        buttons[0] = Button(buttons[0].label, buttons[0].url, buttons[0].icon, first=True, direct=False)
    waiting = [f"{offer.label} ({offer.needs})" for offer in known.values() if not offer.allowed]
    return Deeds(_ask(version, member, unread, may=any(offer.allowed for offer in known.values())), buttons, waiting)


def _button(version: Version, offer: Offer) -> Button:
    return Button(offer.label, address(version, PAGES[offer.verb]), ICONS.get(offer.verb, ""), grave=offer.grave)


def _editing(version: Version) -> list[Button]:
    buttons = [Button(_("Edit the text"), address(version, "edit_version"), "edit")]
    if version.document.is_procedure:
        buttons.append(Button(_("Edit the steps"), address(version, "steps"), "procedure"))
    label = _("Attachments") if version.document.is_procedure else _("Upload a file")
    buttons.append(Button(label, address(version, "version_files"), "document"))
    return buttons


def _ask(version: Version, member: Member, unread: bool, *, may: bool) -> SafeString:
    """What happens next, who does it, by when."""
    since = day(version.effective_from)
    if version.state == State.DRAFT:
        mine = permissions.may_submit(version, member)
        return _next(member if mine else version.drafted_by.name, _("finish the text, then submit it for review."))
    if version.state == State.IN_REVIEW:
        return _next(
            member if may else routes.waited_for(version), _("read this version and sign the review, or return it.")
        )
    if version.state == State.IN_APPROVAL:
        return _next(
            member if may else routes.waited_for(version), _("read this version and sign the approval, or return it.")
        )
    if version.state == State.APPROVED and not version.holds:
        return format_html("{}", _("Signed. It comes into force by itself on %(day)s.") % {"day": since})
    if unread:
        return _next(member, _("read this version and confirm it."))
    if version.holds:
        return format_html("{}", _("In force since %(day)s. Every change goes through a new version.") % {"day": since})
    if version.state == State.SUPERSEDED:
        return format_html(
            "{}", _("Out of force since %(day)s. Kept for reading.") % {"day": day(version.effective_to)}
        )
    if version.state == State.DROPPED:
        return format_html("{}", _("Dropped. The next draft of the document takes its place."))
    return format_html("{}", _("Withdrawn. Kept for reading."))


def _next(who: Member | str, what: str) -> SafeString:
    """`who` is the reader themselves (a Member) or the name of somebody else."""
    if isinstance(who, Member):
        form = who.user.address if who.user and (get_language() or "").startswith("vi") else ""
        head = _("Next, for %(who)s:") % {"who": form} if form else _("Next, for you:")
    else:
        head = _("Next, for %(who)s:") % {"who": who}
    return format_html("<strong>{}</strong> {}", head, what)


def document_deeds(document: Document, versions: list[Version], member: Member) -> Deeds:
    """What can be done with the document as a whole."""
    standing = next((version for version in versions if version.state in OPEN_STATES), None)
    held = holding(versions)
    buttons, not_now = [], []
    if standing:
        names = {"number": standing.number, "state": standing.get_state_display()}
        ask = format_html("<strong>{}</strong> {}.", _("Version %(number)s is under way:") % names, names["state"])
        buttons.append(
            Button(_("Open version %(number)s") % names, address(standing, "version"), "document", first=True)
        )
        not_now.append(_("Begin the next version (when version %(number)s is finished)") % names)
    else:
        words = _("Version %(number)s is in force.") % {"number": held.number} if held else _("No version is in force.")
        ask = format_html("{} {}", words, _("A change begins with a new draft."))
        if permissions.may_decide_changes(member):
            buttons.append(
                Button(_("Begin the next version"), reverse("draft_version", args=[document.code]), "edit", first=True)
            )
    buttons.append(
        Button(_("Request a change"), reverse("propose_change", args=[document.code]), "edit", first=not buttons)
    )
    if held and held.state == State.IN_FORCE and permissions.may_review_document(document, member):
        buttons.append(Button(_("Review the document"), reverse("review_document", args=[document.code]), "read"))
    if permissions.may_manage(document, member):
        buttons.append(Button(_("Edit unit and review date"), reverse("edit_document", args=[document.code])))
        buttons.append(Button(_("Name the clauses it serves"), reverse("document_clauses", args=[document.code])))
        buttons.append(Button(_("Choose the readers"), reverse("distribute", args=[document.code]), "people"))
    return Deeds(ask, buttons, not_now)


# --- lists -----------------------------------------------------------------------------------------


def address(version: Version, page: str) -> str:
    return reverse(page, args=[version.document.code, version])


def version_links(document: Document, versions: Iterable[Version]) -> list[Link]:
    return [
        Link(version.number, reverse("version", args=[document.code, version]), held(version), badge_of(version))
        for version in versions
    ]


def held(version: Version) -> str:
    """The time a version held, in words."""
    if version.effective_from is None:
        return ""
    if version.state == State.WITHDRAWN and held_on_no_day(version):
        return _("withdrawn, held on no day")
    if version.effective_to is None:
        return _("from %(day)s") % {"day": day(version.effective_from)}
    if version.effective_to < version.effective_from:
        return _("replaced on %(day)s, its first day") % {"day": day(version.effective_from)}
    return _("%(first)s to %(last)s") % {"first": day(version.effective_from), "last": day(version.effective_to)}


def journal_of(document: Document, known: Iterable[Version] | None = None) -> Any:
    """The journal lines about the document, its versions (`known`, when the caller has them) and their copies, newest
    first.
    """
    versions = list(document.versions.values_list("pk", flat=True)) if known is None else [row.pk for row in known]
    copies = list(ControlledCopy.objects.filter(version__in=versions).values_list("pk", flat=True))
    about = Q(about_type="documents.document", about_id=document.pk)
    about |= Q(about_type="documents.version", about_id__in=versions)
    about |= Q(about_type="documents.controlledcopy", about_id__in=copies)
    lines = JournalEntry.objects.filter(about).select_related("by")
    return lines.only("at", "verb", "about_label", "reason", "by__name")


def happenings(entries: Iterable[JournalEntry]) -> list[Happening]:
    return [Happening(entry.at, in_words(entry), entry.reason) for entry in entries]


def in_words(entry: JournalEntry) -> str:
    pattern = VERBS.get(entry.verb)
    names = {"who": entry.by.name, "what": entry.about_label}
    return str(pattern) % names if pattern else f"{entry.by.name}: {entry.verb} {entry.about_label}"
