"""From paper to electronic: files are read, understood, and become drafts; never more than drafts.

Each file is a transaction of its own, so that one that fails harms no other and a run that was killed goes on where
it stood. A file that was taken before is known by its hash; a draft that a person has touched, or signed, is never
overwritten.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import actions, codes, filing, pdf_tables, permissions
from documents.content import Content
from documents.file_kinds import FileKind
from documents.filing import Examined
from documents.models import PROCEDURES, Document, ImportedFile, ImportRun, Kind, Outcome, State, UploadedFile, Version
from documents.paper_lines import key
from documents.paper_reading import Office, extract_of_text, understand
from documents.sniffing import CONTENT_KINDS, PROBLEMS, largest
from documents.text_files import decoded
from documents.understanding import Doubt, Understood
from tenants import clock
from tenants.imports import printable, words_of
from tenants.models import Member, Unit
from tenants.scoping import active_agency_id
from tenants.sources import Rejected
from tenants.transitions import NotAllowed, record

LONGEST_NAME = 300
_LEFT_BEHIND = re.compile(r"\.(?!\.?$).*|~\$.*|~WR[A-Z]\d+\.tmp|__MACOSX|Thumbs\.db|desktop\.ini", re.IGNORECASE)
MOST_NUMBER = 99  # of issues and revisions: more is a year that was misread


class NotTaken(Rejected):
    """This file becomes no draft. Says why and what to do."""


class KindMissing(NotTaken):
    """Nothing tells what kind of document it is."""


@dataclass(frozen=True)
class Reading:
    """What was read of one file; `problem` in words where it cannot be taken."""

    sha256: str
    size: int
    examined: Examined | None = None
    understood: Understood | None = None
    problem: str = ""
    is_unscanned: bool = False  # the scanner is silent: `problem` says so, and another time it may be taken


def read(data: bytes, name: str, office: Office, *, kind: str = "", otherwise: str = "") -> Reading:
    """Inspect, scan, extract, understand (`kind` and `otherwise` as in `understand`). Asks nothing of the database and
    writes nothing; never raises for what is in a file. Raises Busy.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        examined = filing.examine(data, name, as_content=False)
    except filing.Refused as refused:
        return Reading(sha256, len(data), problem=str(refused), is_unscanned=isinstance(refused, filing.Unscanned))
    found, extracted = examined.inspection, examined.extract
    if "unread" in extracted.marks:
        return Reading(sha256, len(data), examined, problem=str(PROBLEMS["unreadable"]))
    doubts = [Doubt("file_note", note) for note in examined.notes]
    if found.kind == FileKind.TEXT:
        extracted = extract_of_text(decoded(data)[0])
    elif found.kind == FileKind.PDF:
        extracted, unsure = pdf_tables.taken_to(extracted, data)
        doubts += [Doubt(kind) for kind in unsure]
    elif not found.is_content and found.kind != FileKind.RTF:
        words = _("%(kind)s: it cannot be read here. Save it as DOCX or PDF and bring that.") % {
            "kind": found.kind_words
        }
        return Reading(sha256, len(data), examined, problem=words)
    understood = understand(extracted, name, office, kind=kind, otherwise=otherwise)
    understood = replace(understood, doubts=(*understood.doubts, *doubts))
    return Reading(sha256, len(data), examined, understood)


def too_large(size: int) -> str:
    """Words for a file that is not even opened; empty when it may be."""
    if size <= largest():
        return ""
    return _("The file is larger than %(most)s MB. Divide it or make its pictures smaller.") % {
        "most": largest() // 2**20
    }


def is_by_the_way(name: str) -> bool:
    """Whether a file with this path was left by a system or an open Office program: nobody's document."""
    parts = re.split(r"[/\\]+", name)
    return any(_LEFT_BEHIND.fullmatch(part) for part in parts)


def harmless(name: str) -> str:
    """A path as it is shown and kept: printable, forward slashes, nothing that leads anywhere."""
    parts = [part for part in re.split(r"[/\\]+", printable(name)) if part not in {"", ".", ".."}]
    text = "/".join("".join(sign if sign.isprintable() else "_" for sign in part) for part in parts)
    return text[-LONGEST_NAME:] or "?"


# --- a file becomes a draft --------------------------------------------------------------------------


def described(run: ImportRun, position: int, name: str, reading: Reading) -> ImportedFile:
    """The row of a file, not saved: what was understood is what is proposed."""
    file = ImportedFile(run=run, position=position, name=harmless(name), size=reading.size, sha256=reading.sha256)
    propose(file, reading)
    return file


def propose(file: ImportedFile, reading: Reading) -> None:
    """Fill in what was understood."""
    file.problem, file.read_at = reading.problem, clock.now()
    file.file_kind = reading.examined.inspection.kind if reading.examined else ""
    if reading.understood is None:
        file.outcome = Outcome.REFUSED
        return
    file.understood = reading.understood.as_json()
    for name in ("code", "kind", "title"):
        setattr(file, name, reading.understood.value(name))
    file.unit = _unit_of(file.name)


def _unit_of(name: str) -> Unit | None:
    """The unit in whose folder the file lay."""
    folders = {key(part) for part in PurePath(name).parts[:-1]}
    return (
        next((unit for unit in Unit.objects.valid_on(clock.today()) if key(unit.name) in folders), None)
        if folders
        else None
    )


@atomic
def take(file: ImportedFile, examined: Examined, *, by: Member, others: Collection[str] = ()) -> ImportedFile:
    """Make or renew the draft of this file and keep the file with it; the row is saved with what became of it, unless the
    very file was taken before: then nothing is written.

    `others`: the names of all files that come together with it. Raises NotTaken, NotAllowed.
    """
    if not permissions.may_draft(by):
        raise NotAllowed(_("Your role in this agency does not include this."))
    _one_at_a_time(active_agency_id())
    if same := _taken_before(file.sha256, by):
        file.document, file.outcome = same.document, Outcome.UNCHANGED
        return file
    if not file.kind:
        raise KindMissing(
            _(
                "The kind of document was not recognised. "
                "Say it (on the page, or with --kind), and bring the file again."
            )
        )
    code = file.code or _next_code(file.kind)
    _check_code(code)
    document = codes.same_code(code).first()
    if document and not Document.objects.visible_to(by).filter(pk=document.pk).exists():
        raise NotTaken(_("This code is already used by another document. Codes are never reused."))
    previous = document and _newest_of(document)
    if document and previous is None:
        raise NotTaken(
            _(
                "The code %(code)s belongs to a document that was not imported (%(title)s). "
                "Compare them; give the file another code or begin the next version there."
            )
            % {"code": document.code, "title": document.title}
        )
    if document and previous:
        version = _renew(document, previous, file, by=by, others=others)
        file.outcome = Outcome.UPDATED
    else:
        version = _begin(code, file, by=by)
        file.outcome = Outcome.CREATED
    version = _keep_with(version, examined, by=by)
    if file.original_id is None:
        file.original = UploadedFile.objects.select_related("stored").get(sha256=file.sha256).stored
    file.document, file.code = version.document, version.document.code
    file.saving = actions.last_saved(version)
    if file.run.pk is None:
        file.run = record(file.run, "import_begun", by=by)
    file.save()
    return file


def _one_at_a_time(agency_id: int) -> None:
    """Two imports of one agency decide one after the other; other work is not held up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('documents.importing'), %s)", [agency_id % 2**31])


def known(data: bytes, by: Member) -> Document | None:
    """The document, which `by` may see, that this very file has become and still is the newest file of."""
    same = _taken_before(hashlib.sha256(data).hexdigest(), by)
    return same.document if same else None


def _taken_before(sha256: str, by: Member) -> ImportedFile | None:
    same = (
        ImportedFile.objects.filter(sha256=sha256, document__in=Document.objects.visible_to(by))
        .exclude(saving=None)
        .select_related("document")
        .order_by("-pk")
        .first()
    )
    if same is None or same.document is None or _newest_of(same.document) != same:
        return None  # never taken, or another file has come for its document since
    return same


def _newest_of(document: Document) -> ImportedFile | None:
    return document.imported.exclude(saving=None).order_by("-pk").first()


def _next_code(kind: str) -> str:
    try:
        return codes.next_code(kind, "")
    except ValidationError as needed:
        raise NotTaken(
            _(
                "No code was found. Write it on the cover, put it into the name of the file (QT.TP.01 …), "
                "or enter it on the page, and bring the file again."
            )
        ) from needed


def _check_code(code: str) -> None:
    try:
        Document._meta.get_field("code").run_validators(code)
    except ValidationError as wrong:
        raise NotTaken(" ".join(wrong.messages)) from wrong
    if code.lower() == "new":
        raise NotTaken(_("This word cannot be a code. Choose another."))


def _begin(code: str, file: ImportedFile, *, by: Member) -> Version:
    title = file.title or PurePath(file.name).stem[:500]
    try:
        return actions.create_document(
            file.kind, code, title, file.unit, by=by, content=content_of(file), number=_number_of(file.said), change=_change_of(file.said)
        )  # fmt: skip
    except ValidationError as wrong:
        raise NotTaken(words_of(wrong)) from wrong


def _renew(
    document: Document, previous: ImportedFile, file: ImportedFile, *, by: Member, others: Collection[str]
) -> Version:
    """The draft is as the last import left it: it takes the text of the changed file."""
    if previous.name != file.name and previous.name in others:
        raise NotTaken(
            _(
                "The code %(code)s stands in two files of this folder, also in %(name)s. "
                "Keep one, or give one another code."
            )
            % {"code": document.code, "name": previous.name}
        )
    if file.kind != document.kind:
        raise NotTaken(
            _(
                "%(code)s is: %(kind)s. The file is to be: %(other)s. Nothing was overwritten; "
                "bring it again with the same kind, or give it another code."
            )
            % {"code": document.code, "kind": Kind(document.kind).label, "other": Kind(file.kind).label}
        )
    version = document.versions.filter(state=State.DRAFT).first()
    if version is None:
        raise NotTaken(
            _(
                "%(code)s is already being signed, is in force, or its draft was dropped. "
                "Nothing was overwritten; begin its next version on its page."
            )
            % {"code": document.code}
        )
    if actions.last_saved(version) != previous.saving:
        raise NotTaken(
            _(
                "The draft of %(code)s was edited after it was imported. "
                "Nothing was overwritten; compare the file with it and enter what is missing."
            )
            % {"code": document.code}
        )
    title = file.title or version.title
    actions.edit(version, content_of(file), title, by=by, seen=previous.saving, change=_change_of(file.said))
    return version


def _keep_with(version: Version, examined: Examined, *, by: Member) -> Version:
    """The file itself, byte for byte: the content of a draft that has no parts, beside one that has."""
    put = (
        filing.put_content if _is_the_content(version.document.kind, examined.inspection.is_content) else filing.attach
    )
    return put(version, examined, by=by)


def _is_the_content(kind: str, can_be: bool) -> bool:
    return can_be and kind not in PROCEDURES


def content_of(file: ImportedFile) -> Content:
    """What the draft says beside the file: the parts of a procedure, the words of a plain text."""
    if not file.understood or _is_the_content(file.kind, file.file_kind in CONTENT_KINDS):
        return Content()
    return Content.of(file.understood["content"])


def _number_of(said: Understood) -> tuple[int, int]:
    """Issue and revision go on from paper (domain §8.3: they are not the same)."""
    issue, revision = said.number("issue", 1), said.number("revision", 0)
    return (issue if 1 <= issue <= MOST_NUMBER else 1, revision if 0 <= revision <= MOST_NUMBER else 0)


def _change_of(said: Understood) -> dict[str, str]:
    """The newest line of the paper's amendment table; earlier ones stay in the original."""
    if not said.amendments:
        return {}
    line = said.amendments[-1]
    reason = " ".join((line.reason or line.summary).split())
    return {
        "change_reason": reason[:300],
        "change_parts": " ".join(line.parts.split())[:200],
        "change_summary": line.summary[:2000],
    }
