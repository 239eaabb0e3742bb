"""What is printed or shown: frozen, complete, so that templates ask nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Count, Prefetch
from django.db.models.fields.json import KT
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from documents import formatted, routes
from documents.content import Content, RecordKept, Step, Time, TimeUnit
from documents.file_reports import FileFacts, file_facts
from documents.models import (
    OPEN_STATES,
    Acknowledgement,
    Kind,
    Signature,
    SignatureRole,
    State,
    Version,
)
from documents.querysets import DocumentQuerySet, VersionQuerySet
from documents.sealing import is_as_signed
from tenants.limits import Limit
from tenants.links import address
from tenants.shown import Shown
from tenants.words import limit_words, number, working_days, working_time

LOOKS = {  # tone and icon of a state (ui.md §4.1)
    State.DRAFT: ("", "edit"),
    State.IN_REVIEW: ("active", "hand-over"),
    State.IN_APPROVAL: ("active", "sign"),
    State.APPROVED: ("near", "clock"),
    State.IN_FORCE: ("ok", "done"),
    State.SUPERSEDED: ("", "history"),
    State.WITHDRAWN: ("held", "refuse"),
    State.DROPPED: ("held", "refuse"),
}


@dataclass(frozen=True)
class Badge(Shown):
    """A state as the tag `state` draws it."""

    tone: str
    sign: str
    words: str


def badge(state: str, words: str = "") -> Badge:
    tone, sign = LOOKS[State(state)]
    return Badge(tone, sign, words or str(State(state).label))


def badge_of(version: Version, words: str = "") -> Badge:
    """As readers see it: what is approved is in force from its day, though the sweep is still to come."""
    return badge(State.IN_FORCE if version.holds else version.state, words)


def held_on_no_day(version: Version) -> bool:
    """Replaced or withdrawn on its first day, or withdrawn before it: no day of it is said to anybody."""
    first, last = version.effective_from, version.effective_to
    ended = first is not None and last is not None and last < first
    return ended or (version.state == State.WITHDRAWN and last is None)


def holding(versions: Iterable[Version]) -> Version | None:
    """Of one document's versions the one to work by today (the same as `in_force_on`, of what is at hand)."""
    held = [version for version in versions if version.holds]
    return max(held, key=lambda version: (version.issue, version.revision), default=None)


# --- the sheet -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """A limit or norm in words: `{{ span }}`. False when nothing is said."""

    unit: str
    amount: Decimal
    same_day: dt.time | None = None  # the cut-off, when the same-day rule is meant

    def __bool__(self) -> bool:
        return bool(self.amount)

    @property
    def minutes(self) -> int:
        """Working minutes; 0 for calendar days and months, which have none of their own."""
        return round(self.amount * {TimeUnit.HOUR: 60, TimeUnit.WORKING_DAY: 480}.get(TimeUnit(self.unit), 0))

    @property
    def plain(self) -> str:
        """The length alone, without the rule of the cut-off."""
        return str(replace(self, same_day=None))

    def __str__(self) -> str:
        if self.same_day:
            return limit_words(Limit.within_the_day(), self.same_day)
        if not self.amount:
            return "–"
        if self.unit == TimeUnit.HOUR:
            return working_time(self.minutes)
        if self.unit == TimeUnit.WORKING_DAY:
            return working_days(self.amount)
        many = {"amount": number(self.amount)}
        if self.unit == TimeUnit.MONTH:
            return ngettext("%(amount)s month", "%(amount)s months", int(self.amount)) % many
        return ngettext("%(amount)s day", "%(amount)s days", int(self.amount)) % many


def span(time: Time, cut_off: dt.time | None = None) -> Span:
    return Span(str(time.unit), time.amount, cut_off if time.same_day else None)


def span_of_minutes(minutes: int, like: Time) -> Span:
    """Working minutes said in days where the limit is said in days; thirds of a day are said in hours."""
    if like.unit == TimeUnit.HOUR or like.same_day or not like.amount or minutes % 3:
        return Span(TimeUnit.HOUR, Decimal(minutes) / 60)
    return Span(TimeUnit.WORKING_DAY, Decimal(minutes) / 480)


@dataclass(frozen=True)
class SignatureBox:
    """One column of the signature block, as the route asks for it; empty until somebody signs."""

    meaning: str
    name: str = ""
    title: str = ""
    authority: str = ""  # KT. CHỦ TỊCH
    signed_at: dt.datetime | None = None
    sha256: str = ""
    basis: str = ""  # the decision or regulation by which it was given
    waited: str = ""  # who signs here, where nobody has yet
    intact: bool = True


@dataclass(frozen=True)
class Amendment:
    reason: str
    parts: str
    summary: str
    number: str
    on: dt.date | None


@dataclass(frozen=True)
class StepLine:
    step: Step
    norm: Span


@dataclass(frozen=True)
class Heading:
    anchor: str
    title: str


@dataclass(frozen=True)
class Sheet:
    """A version as paper: letterhead, cover, signatures, amendments, text."""

    superior: str
    office: str
    kind: str
    code: str
    title: str
    number: str
    issue: int
    revision: int
    state: str
    effective_from: dt.date | None
    effective_to: dt.date | None
    sha256: str
    is_procedure: bool
    content: Content
    signatures: list[SignatureBox]
    amendments: list[Amendment]
    steps: list[StepLine]
    total: Span
    limit: Span
    records: tuple[RecordKept, ...] = ()
    headings: list[Heading] = field(default_factory=list)
    file: FileFacts | None = None  # the content, where it was uploaded
    attachments: list[FileFacts] = field(default_factory=list)
    as_signed: bool = True  # documents.sealing.is_as_signed

    @property
    def fingerprint(self) -> str:
        return grouped(self.sha256)

    @property
    def signature_rows(self) -> list[list[SignatureBox]]:
        """The block in rows of three or four, so that it fits the width of the paper."""
        size = 3 if len(self.signatures) % 3 == 0 or len(self.signatures) == 5 else 4
        return [self.signatures[start : start + size] for start in range(0, len(self.signatures), size)]

    @property
    def short_fingerprint(self) -> str:
        groups = self.fingerprint.split()
        return " ".join([*groups[:2], "…", groups[-1]]) if groups else ""

    @property
    def written(self) -> dict[str, SafeString]:
        """The parts that may be formatted, drawn for the sheet."""
        return formatted.on_paper(self.content)


def grouped(sha256: str) -> str:
    """A hash in groups of four, as it is read out on the telephone."""
    return " ".join(sha256[start : start + 4] for start in range(0, len(sha256), 4))


def sheet_of(version: Version, versions: Iterable[Version] | None = None) -> Sheet:
    """The sheet of a version. `versions` of the document when the caller has them already (their content is not needed)."""
    document, agency = version.document, version.agency
    known = list(document.versions.defer("content")) if versions is None else list(versions)
    content = Content.of(version.content)
    facts = file_facts(content)
    file = facts.get(content.file.sha256)
    signatures = (
        list(Signature.objects.filter(version=version, round=version.round)) if version.pk else []
    )  # a preview has no row
    return Sheet(
        superior=agency.superior_line,
        office=agency.name,
        kind=_kind_above(version),
        code=document.code,
        title=version.title,
        number=version.number,
        issue=version.issue,
        revision=version.revision,
        state=version.state,
        effective_from=version.effective_from,
        effective_to=version.effective_to,
        sha256=version.sha256,
        is_procedure=document.is_procedure,
        content=content,
        signatures=_signature_boxes(version, signatures),
        amendments=_amendments(version, known),
        steps=[StepLine(step, span(step.norm)) for step in content.steps],
        total=span_of_minutes(content.norm_minutes, content.limit),
        limit=span(content.limit, agency.cut_off),
        records=content.records,
        headings=_headings(document.is_procedure, content, file),
        file=file,
        attachments=[facts[one.sha256] for one in content.attachments],
        as_signed=is_as_signed(version, signatures),
    )


def _signature_boxes(version: Version, rows: list[Signature]) -> list[SignatureBox]:
    """Drafted, then every stage of the route in its order, the approval last. Of a quorum only as many as are needed."""
    route = routes.route_of(version)
    drafted = next((row for row in rows if row.role == SignatureRole.DRAFTED), None)
    label = str(SignatureRole.DRAFTED.label)
    if drafted is not None:
        boxes = [_box(label, drafted)]
    else:
        boxes = [SignatureBox(label, version.drafted_by.name, version.drafted_by.title)]
    for step in range(1, route.approval + 1):
        last, stage = step == route.approval, route.stage(step)
        role = SignatureRole.APPROVED if last else SignatureRole.REVIEWED
        label = stage.name or str(role.label)
        signed = [row for row in rows if row.role == role and row.stage in (None, step)]
        by_place = {row.place: row for row in signed}
        if stage.quorum == len(stage.who):  # everybody, in the order of the route
            places = [by_place.get(place) for place in range(stage.quorum)] if None not in by_place else list(signed)
        else:
            places = [*signed, *[None] * (stage.quorum - len(signed))]
        for place, row in enumerate(places):
            if row is not None:
                boxes.append(_box(label, row))
            else:
                whole = stage.quorum == len(stage.who) and not last and not route.is_usual
                boxes.append(
                    SignatureBox(label, waited=routes.in_words(stage.who[place], route.names) if whole else "")
                )
    return boxes


def _box(label: str, row: Signature) -> SignatureBox:
    authority = row.authority or str(row.capacity)  # signatures from before the line was kept say the capacity alone
    return SignatureBox(
        label, row.name, row.title, authority, row.signed_at, row.sha256, row.basis, intact=row.is_intact
    )  # fmt: skip


@dataclass(frozen=True)
class PlaceLine:
    """One signer of a stage: who it is to be, and the signature where there is one."""

    number: int
    who: str
    signed: SignatureBox | None = None
    waited: bool = False


@dataclass(frozen=True)
class StageLine:
    number: int
    title: str
    rule: str  # of several signers how many, in which order
    places: list[PlaceLine]
    now: bool = False
    by_order: str = ""


def stages_of(route: routes.Route, names: dict[str, str], version: Version | None = None) -> list[StageLine]:
    """The reviews and the approval of a route in words; of a version also who has signed and who is waited for."""
    rows = list(version.signatures.filter(round=version.round)) if version else []
    lines = []
    for step in range(1, route.approval + 1):
        stage, last = route.stage(step), step == route.approval
        role = SignatureRole.APPROVED if last else SignatureRole.REVIEWED
        signed = {row.place or 0: row for row in rows if row.role == role and row.stage in (None, step)}
        now = bool(version and version.stage == step and version.awaited)
        who = [_("the head of the agency, or who signs for the head")] if last else [
            routes.in_words(token, names) for token in stage.who
        ]  # fmt: skip
        open_places = stage.open_places(signed) if now and not last else [0] if now else []
        places = [
            PlaceLine(place + 1, words, _box("", signed[place]) if place in signed else None, place in open_places)
            for place, words in enumerate(who)
        ]
        rule = "" if last else routes.quorum_in_words(stage)
        by_order = route.by_order if last else ""
        lines.append(StageLine(step, stage.name or str(role.label), rule, places, now, by_order))
    return lines


def _amendments(version: Version, versions: list[Version]) -> list[Amendment]:
    """Of this version and those issued before it, newest first; the first issue amends nothing."""
    place = (version.issue, version.revision)
    before = [other for other in versions if (other.issue, other.revision) <= place and other.change_reason]
    standing = (*OPEN_STATES, State.DROPPED)  # what was not signed amends nothing yet
    shown = [other for other in before if other.pk == version.pk or other.state not in standing]
    shown.sort(key=lambda other: (other.issue, other.revision), reverse=True)
    return [
        Amendment(other.change_reason, other.change_parts, other.change_summary, other.number, other.effective_from)
        for other in shown
    ]


def _kind_above(version: Version) -> str:
    """The kind as it stands above the title; nothing where the title begins with it: no “QUY CHẾ QUY CHẾ LÀM VIỆC”."""
    document = version.document
    kind = str(_("Procedure") if document.is_procedure else document.get_kind_display())
    return "" if f"{version.title} ".casefold().startswith(f"{kind} ".casefold()) else kind


def _headings(procedure: bool, content: Content, file: FileFacts | None) -> list[Heading]:
    last = [Heading("p9", _("Attachments"))] if content.attachments else []
    if not procedure:
        found = [*formatted.headings(content, "text"), *(file.headings if file else [])]
        within = [Heading(anchor, title) for anchor, title in found]
        return [Heading("p0", _("Amendments")), Heading("p5", _("Content")), *within, *last]
    titles = [
        _("Amendments"),
        _("1. Purpose"),
        _("2. Scope"),
        _("3. References"),
        _("4. Definitions, abbreviations"),
        _("5. Content of the procedure"),
        _("6. Forms"),
        _("7. Records kept"),
    ]
    return [Heading(f"p{place}", title) for place, title in enumerate(titles)] + last


# --- the master list -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Row(Shown):
    """One document of the master list with the version that counts: in force, else open, else the newest."""

    code: str
    title: str
    url: str
    kind: str
    kind_words: str
    services: str
    number: str
    effective_from: dt.date | None
    state: Badge
    unit: str
    read: str
    note: str


@dataclass(frozen=True)
class Band:
    """The rows of one kind on this page; `count` is of the whole filtered list."""

    title: str
    count: int
    rows: list[Row]


def rows_of(documents: DocumentQuerySet) -> list[Row]:
    """Three queries, however many documents."""
    known = Prefetch("versions", _versions_listed().all(), to_attr="known")
    listed = list(documents.select_related("unit").prefetch_related(known))
    shown = {document.pk: _counting(document.known) for document in listed}
    asked = Acknowledgement.objects.filter(version__in=[version for version in shown.values() if version])
    reading = {
        line["version"]: line for line in asked.values("version").annotate(asked=Count("pk"), read=Count("read_at"))
    }
    return [_row(document, shown[document.pk], reading) for document in listed]


@cache
def _versions_listed() -> VersionQuerySet:
    """The newest first. It is the same for everybody, and building it takes longer than asking: it is built once."""
    versions = Version.objects.that_may_count().order_by("-issue", "-revision")
    return versions.defer("content").annotate(services=KT("content__services"))


def bands_of(rows: list[Row], counts: dict[str, int]) -> list[Band]:
    kinds = {kind.value: str(kind.label) for kind in Kind}
    return [
        Band(words, counts.get(kind, 0), found)
        for kind, words in kinds.items()
        if (found := [row for row in rows if row.kind == kind])
    ]


def table_of(rows: list[Row]) -> tuple[list[str], list[list[Any]]]:
    """The master list as a table for files: heads and cells."""
    return [
        pgettext("document", "Code"), pgettext("document", "Title"), _("Kind"), _("Services"), _("Issue/revision"), _("In force from"), _("State"),
        _("Unit in charge"), _("Read"), _("Note"),
    ], [
        [row.code, row.title, row.kind_words, row.services, row.number, row.effective_from, row.state.words, row.unit, row.read, row.note]
        for row in rows
    ]  # fmt: skip


def counts_of(documents: DocumentQuerySet) -> dict[str, int]:
    """How many documents of each kind."""
    return dict(documents.order_by().values_list("kind").annotate(count=Count("pk", distinct=True)))


def _counting(versions: list[Version]) -> Version | None:
    """The version that counts, of versions ordered newest first; a dropped draft only where there is nothing else."""
    if held := holding(versions):
        return held
    for states in (OPEN_STATES, [State.SUPERSEDED, State.WITHDRAWN]):
        for version in versions:
            if version.state in states:
                return version
    return versions[0] if versions else None


def _row(document: Any, version: Version | None, reading: dict[int, Any]) -> Row:
    read = reading.get(version.pk) if version else None
    return Row(
        code=document.code,
        title=document.title,
        url=address("document", document.code),
        kind=document.kind,
        kind_words=str(Kind(document.kind).label),
        services=_codes(getattr(version, "services", None)),
        number=version.number if version else "",
        effective_from=version.effective_from if version else None,
        state=badge_of(version) if version else badge(State.DRAFT),
        unit=document.unit.name if document.unit else "",
        read=f"{read['read']}/{read['asked']}" if read else "",
        note=_note(document, version),
    )


def _codes(services: Any) -> str:
    """`KT` gives the JSON list as text."""
    return ", ".join(part.strip().strip('"') for part in (services or "").strip("[]").split(",") if part.strip())


def _note(document: Any, shown: Version | None) -> str:
    """What is under way beside the version that counts."""
    for version in document.known:
        if shown is not None and version.pk != shown.pk and version.state in OPEN_STATES:
            names = {"number": version.number, "state": version.get_state_display(), "who": routes.waited_for(version)}
            if names["who"]:
                return _("Version %(number)s: %(state)s, waiting for %(who)s") % names
            return _("Version %(number)s: %(state)s") % names
    if shown is not None and (who := routes.waited_for(shown)):
        return _("waiting for %(who)s") % {"who": who}
    return ""
