"""What can be done with uploaded files: examine one, make it the content of a draft, attach it, take it off, link."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import actions, virus_scan
from documents.content import Content, File
from documents.extraction import Extract, Unreadable, extract, lines_of
from documents.file_models import UploadedFile
from documents.models import Kind, Version
from documents.sniffing import READ, Inspection, inspect
from tenants import letterhead
from tenants.models import Member
from tenants.transitions import NotPossible, record

log = logging.getLogger("qms.files")

MOST_ATTACHMENTS = 20


class Refused(ValueError):
    """The file does not come in; the message says what it is and what to do."""


class Unscanned(Refused):
    """The virus scanner does not answer; the file itself may be fine."""


@dataclass(frozen=True)
class Examined:
    """A file that may come in: what it is, what was read of it, its bytes."""

    data: bytes
    inspection: Inspection
    extract: Extract

    @classmethod
    def of(cls, data: bytes, said: dict[str, Any]) -> Self:
        """As it was examined before; `said` is what `as_json` gave."""
        return cls(data, Inspection.of(said["inspection"]), Extract.of(said["extract"]))

    def as_json(self) -> dict[str, Any]:
        """Everything but the bytes."""
        return {"inspection": asdict(self.inspection), "extract": self.extract.as_json()}

    @property
    def file(self) -> File:
        found = self.inspection
        return File(name=found.name, media_type=found.media_type, size=found.size, sha256=found.sha256)

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever uploaded it should know, in sentences."""
        return tuple(dict.fromkeys((*self.inspection.notes, *self.extract.notes)))


def examine(data: bytes, name: str, *, as_content: bool) -> Examined:
    """Look at, scan and read a file; `as_content` asks for a kind that a version can consist of. Raises Refused, Busy."""
    found = inspect(data, name)
    if found.is_refused:
        raise Refused(found.words)
    if as_content and not found.is_content:
        raise Refused(
            _(
                "This is: %(kind)s. It can be attached, but not be the content. Save it as DOCX, XLSX, ODT or PDF and upload that."
            )
            % {"kind": found.kind_words}
        )
    if as_content and "apart" in found.marks:
        raise Refused(_apart())
    scan(data)
    return Examined(data, found, _read(data, found, as_content=as_content))


def scan(data: bytes) -> None:
    """Raises Refused for what the virus scanner found, Unscanned when it does not answer."""
    try:
        infection = virus_scan.infection_of(data)
    except virus_scan.Unreachable as silent:
        log.error("The virus scanner does not answer: %s", silent)
        raise Unscanned(
            _("The virus scanner does not answer, so nothing is taken now. Try again later or tell the administrator.")
        ) from silent
    if infection:
        raise Refused(
            _("The virus scanner found “%(name)s” in this file. Clean your machine before you upload again.")
            % {"name": infection}
        )


def _apart() -> str:
    return _(
        "The pages of this PDF cannot be put behind the control sheet, so the issued paper would lack them. "
        "Print the file to PDF and upload that."
    )


def _read(data: bytes, found: Inspection, *, as_content: bool) -> Extract:
    """An attachment that cannot be read still is one; a content must be readable."""
    if found.kind not in READ:
        return Extract((), marks=found.marks)
    try:
        read = extract(data, found.kind)
    except Unreadable as wrong:
        if as_content:
            raise Refused(str(wrong)) from wrong
        return Extract((), marks=(*found.marks, "unread"))
    return replace(read, marks=(*(mark for mark in found.marks if mark not in read.marks), *read.marks))


# --- deeds -----------------------------------------------------------------------------------------


@atomic
def put_content(version: Version, examined: Examined, *, by: Member, seen: int | None = None) -> Version:
    """The file is the content of the draft from now on; one that was there before is replaced.

    `seen` as in `actions.edit`, here and below. Raises NotPossible for a procedure, whose steps are data, and for a PDF
    whose pages could not stand in the issued paper.
    """
    if version.document.is_procedure:
        raise NotPossible(
            _(
                "A procedure is written in its seven parts, because dossiers run by its steps. The file can be attached."
            ),
            about=version,
        )
    if "apart" in examined.inspection.marks:
        raise NotPossible(_apart(), about=version)
    file = examined.file

    def change(content: Content) -> Content:
        return replace(
            content,
            file=file,
            link="",
            attachments=tuple(one for one in content.attachments if one.sha256 != file.sha256),
        )

    return _saved(version, change, "put_file", by=by, seen=seen, examined=examined)


@atomic
def take_content_off(version: Version, *, by: Member, seen: int | None = None) -> Version:
    """The draft has no file as its content any more; the text written here stands again."""
    name = Content.of(version.content).file.name
    return _saved(
        version,
        lambda content: replace(content, file=File()),
        "took_file_off",
        by=by,
        seen=seen,
        details={"name": name},
    )


@atomic
def attach(version: Version, examined: Examined, *, by: Member, seen: int | None = None) -> Version:
    """One more attachment. The same file twice is one; it takes the newer name."""
    file = examined.file

    def change(content: Content) -> Content:
        if content.file.sha256 == file.sha256:
            raise NotPossible(_("This file is the content already."), about=version)
        others = tuple(one for one in content.attachments if one.sha256 != file.sha256)
        if len(others) >= MOST_ATTACHMENTS:
            raise NotPossible(_("At most %(most)s attachments.") % {"most": MOST_ATTACHMENTS}, about=version)
        return replace(content, attachments=(*others, file))

    return _saved(version, change, "attached", by=by, seen=seen, examined=examined)


@atomic
def detach(version: Version, sha256: str, *, by: Member, seen: int | None = None) -> Version:
    gone = [one.name for one in Content.of(version.content).attachments if one.sha256 == sha256]

    def change(content: Content) -> Content:
        return replace(content, attachments=tuple(one for one in content.attachments if one.sha256 != sha256))

    return _saved(version, change, "detached", by=by, seen=seen, details={"name": ", ".join(gone)})


@atomic
def put_link(version: Version, link: str, *, by: Member, seen: int | None = None) -> Version:
    """Where an external document is found, in place of a file; empty takes it off."""
    if version.document.kind != Kind.EXTERNAL:
        raise NotPossible(_("Only an external document is linked. Upload the file instead."), about=version)

    def change(content: Content) -> Content:
        return replace(content, link=link, file=File() if link else content.file)

    return _saved(version, change, "linked", by=by, seen=seen, details={"link": link})


def _saved(
    version: Version,
    change: Callable[[Content], Content],
    verb: str,
    *,
    by: Member,
    seen: int | None,
    examined: Examined | None = None,
    details: dict[str, Any] | None = None,
) -> Version:
    version = actions.opened(version, by=by, seen=seen)
    content = change(Content.of(version.content)).as_json()
    if content == version.content:
        return version
    if examined:
        _keep(examined, by=by)
        file = examined.file
        details = {"name": file.name, "sha256": file.sha256, "bytes": file.size}
    version.content = content
    return record(version, verb, by=by, details=details)


def _keep(examined: Examined, *, by: Member) -> UploadedFile:
    """The bytes are stored once; whoever uploads the same again finds them."""
    found = examined.inspection
    known = UploadedFile.objects.filter(sha256=found.sha256).first()
    if known is not None:
        return known
    path = ""
    try:
        with atomic():
            stored = letterhead.store(examined.data, name=found.name, content_type=found.media_type)
            path = stored.path
            return UploadedFile.objects.create(
                sha256=found.sha256,
                kind=found.kind,
                stored=stored,
                extract=examined.extract.as_json(),
                text=_searched(examined.extract),
                uploaded_by=by,
            )
    except IntegrityError:  # somebody uploaded the same bytes at the same moment: theirs are kept
        default_storage.delete(path)
        return UploadedFile.objects.get(sha256=found.sha256)


def _searched(read: Extract) -> str:
    return "\n".join(lines_of((*read.headers, *read.blocks, *read.footers)))
