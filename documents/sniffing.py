"""What an uploaded file is: by its content, never by its name; and whether it may come in.

Word, PDF, Excel and OpenDocument can be the content of a version; older formats, plain text and pictures can be
attached; everything else is refused, with a sentence that says what it is and what to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, Self

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.confinement import confined
from documents.file_kinds import MEDIA_TYPES, FileKind, Unfit, kind_of
from documents.file_names import KNOWN, SUFFIXES, safe_name

CONTENT_KINDS = (FileKind.DOCX, FileKind.PDF, FileKind.XLSX, FileKind.ODT)
LOOKED_INTO = (*CONTENT_KINDS, FileKind.RTF)  # by the confined child
READ = (*LOOKED_INTO, FileKind.TEXT)


class Verdict(StrEnum):
    """What it may be used for."""

    CONTENT = "content"  # and so also as an attachment
    ATTACHMENT = "attachment"
    REFUSED = "refused"


KINDS: dict[str, Any] = {
    FileKind.DOCX: gettext_lazy("Word document (DOCX)"),
    FileKind.PDF: gettext_lazy("PDF document"),
    FileKind.XLSX: gettext_lazy("Excel workbook (XLSX)"),
    FileKind.ODT: gettext_lazy("OpenDocument text (ODT)"),
    FileKind.DOC: gettext_lazy("Word document of the old format (DOC)"),
    FileKind.XLS: gettext_lazy("Excel workbook of the old format (XLS)"),
    FileKind.RTF: gettext_lazy("RTF text"),
    FileKind.TEXT: gettext_lazy("plain text"),
    FileKind.PNG: gettext_lazy("picture (PNG)"),
    FileKind.JPEG: gettext_lazy("picture (JPEG)"),
    FileKind.EMPTY: gettext_lazy("empty file"),
    FileKind.ENCRYPTED_OFFICE: gettext_lazy("encrypted Office document"),
    FileKind.OFFICE_MACROS: gettext_lazy("Office document with macros"),
    FileKind.OTHER_OFFICE: gettext_lazy("Office file of another kind"),
    FileKind.OTHER_OLE: gettext_lazy("old Office or Windows file"),
    FileKind.OFFICE_XML: gettext_lazy("Office document saved as XML"),
    FileKind.SLIDES: gettext_lazy("presentation (PowerPoint, Impress)"),
    FileKind.HTML: gettext_lazy("web page (HTML)"),
    FileKind.MHT: gettext_lazy("web archive (MHT) or mail"),
    FileKind.MAIL: gettext_lazy("mail (EML, MSG)"),
    FileKind.SVG: gettext_lazy("SVG drawing"),
    FileKind.XML: gettext_lazy("XML file"),
    FileKind.SCRIPT: gettext_lazy("script"),
    FileKind.PROGRAM: gettext_lazy("program"),
    FileKind.ARCHIVE: gettext_lazy("archive (ZIP, RAR …)"),
    FileKind.PICTURE: gettext_lazy("picture of another format"),
    FileKind.MEDIA: gettext_lazy("sound or film"),
    FileKind.UNKNOWN: gettext_lazy("file of an unknown type"),
}
PROBLEMS: dict[str, Any] = {  # what is wrong with a file of a known kind, and what to do
    "encrypted": gettext_lazy(
        "The file is encrypted with a password, so nobody could read it here. Save it without a password and upload it again."
    ),
    "macros": gettext_lazy("The file contains macros (programs). Save it as DOCX, XLSX or PDF without macros and upload it again."),
    "active": gettext_lazy(
        "The file contains commands that run when it is opened (scripts, forms that send, ActiveX or DDE). "
        "Print it to PDF and upload that."
    ),
    "page_inside": gettext_lazy(
        "A part of the document is a file that Word takes in only when it is opened, so it could not be read here. "
        "Open it in Word, save it anew as DOCX and upload that."
    ),
    "files_inside": gettext_lazy(
        "Other files are packed inside this PDF. Upload them one by one as attachments, and the PDF without them."
    ),
    "program": gettext_lazy("A program or a packed file is embedded in the document. Remove it and upload the document again."),
    "fetches": gettext_lazy(
        "The document fetches a part of itself from another address when it is opened (template, picture or object). "
        "Embed that part or break the link, and upload it again."
    ),
    "entities": gettext_lazy("The XML inside defines entities or a DTD, which harmful files do. Save it anew with Word or LibreOffice."),
    "broken": gettext_lazy("The file is damaged or incomplete. Open it, save it anew and upload it again."),
    "unreadable": gettext_lazy("The file cannot be read; it may be damaged. Open it, save it anew and upload it again."),
    "bomb": gettext_lazy("Unpacked, the file is out of all proportion to its size, as harmful files are. Save it anew and upload it again."),
    "exhausting": gettext_lazy(
        "Reading the file takes more time or memory than any document needs. Save it anew, or divide it, and upload it again."
    ),
    "paths": gettext_lazy("The package contains paths that lead outside of it, which harmful files do. Save it anew and upload it again."),
    "two_in_one": gettext_lazy("The file is two things at once (another file is hidden in or behind it). Save it anew and upload it again."),
}  # fmt: skip
NOTES: dict[str, Any] = {  # worth knowing about a file that comes in
    "signed": gettext_lazy("It carries a digital signature. The file is kept byte for byte; the signature is not checked here."),
    "links": gettext_lazy("It refers to other workbooks, which are not part of it."),
    "elsewhere": gettext_lazy("A picture in it lies on the computer it was written on, so nobody sees it. Insert the picture itself."),
    "tracked": gettext_lazy("It has tracked changes; the text shown here is that with all of them accepted."),
    "comments": gettext_lazy("It has comments in the margin; they are left out here."),
    "hidden_sheets": gettext_lazy("It has hidden sheets; they are shown here as well."),
    "no_text": gettext_lazy("No text can be read from it (a scan): it will not be found by its words."),
    "old_fonts": gettext_lazy("It is typed with old fonts (.VnTime, VNI); the text shown here has been turned into Unicode."),
    "apart": gettext_lazy("Its pages cannot be put behind a control sheet, so it can be attached but not be the content."),
    "unread": gettext_lazy("Its text could not be read; it will not be found by its words."),
    "old_format": gettext_lazy("Files of this old format are not read here; it will not be found by its words. Saved as DOCX, XLSX or PDF, it will."),
    "letters": gettext_lazy("Its letters could not be told for certain; words may be wrong here. Save it as UTF-8 and upload it again."),
    "hidden_text": gettext_lazy("It has hidden text; it is shown here as well."),
    "cut": gettext_lazy("It is very long; only its first part can be searched and compared."),
}  # fmt: skip


@dataclass(frozen=True)
class Inspection:
    """What was found. `words` says it to people: what it is, or why it is refused and what to do."""

    kind: FileKind
    media_type: str
    name: str  # harmless, with the suffix of the true type
    size: int  # bytes
    sha256: str
    verdict: Verdict
    problem: str = ""  # a key of PROBLEMS or one of "too_large", "kind"
    words: str = ""
    renamed: str = ""  # that the name told of another type
    marks: tuple[str, ...] = ()  # keys of NOTES

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """From stored JSON."""
        read = {"kind": FileKind(said["kind"]), "verdict": Verdict(said["verdict"]), "marks": tuple(said["marks"])}
        return cls(**{**said, **read})

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever uploads it should know, in sentences."""
        return (*filter(None, [self.renamed]), *notes_of(self.marks))

    @property
    def is_content(self) -> bool:
        return self.verdict == Verdict.CONTENT

    @property
    def is_refused(self) -> bool:
        return self.verdict == Verdict.REFUSED

    @property
    def kind_words(self) -> str:
        return str(KINDS[self.kind])


def largest() -> int:
    """Bytes an uploaded file may have."""
    return int(settings.UPLOAD_LARGEST)


def inspect(data: bytes, name: str) -> Inspection:
    """Tell what these bytes are. Reads deeper only in a child process; never raises for what is in the file."""
    if len(data) > largest():
        return _inspection(data, name, FileKind.UNKNOWN, problem="too_large")
    try:
        kind = kind_of(data, name)
    except Unfit as unfit:
        return _inspection(data, name, unfit.kind, problem=unfit.word)
    if kind not in LOOKED_INTO:
        marks = ("old_format",) if kind in (FileKind.DOC, FileKind.XLS) else ()
        return _inspection(data, name, kind, problem="" if kind in MEDIA_TYPES else "kind", marks=marks)
    said = confined("look", kind, data)
    if problem := said.get("problem", ""):
        return _inspection(data, name, kind, problem=problem)
    notes = [*said.get("notes", ()), *(["signed"] if said.get("signed") else [])]
    return _inspection(data, name, kind, marks=tuple(notes))


def notes_of(words: Iterable[str]) -> tuple[str, ...]:
    """The sentences for what a reader noted (documents.extraction)."""
    return tuple(str(NOTES[word]) for word in words if word in NOTES)


def _inspection(
    data: bytes, name: str, kind: FileKind, *, problem: str = "", marks: tuple[str, ...] = ()
) -> Inspection:
    verdict = Verdict.REFUSED if problem else Verdict.CONTENT if kind in CONTENT_KINDS else Verdict.ATTACHMENT
    return Inspection(
        kind=kind,
        media_type=MEDIA_TYPES.get(kind, "application/octet-stream"),
        name=safe_name(name, kind),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        verdict=verdict,
        problem=problem,
        words=_words(data, name, kind, problem),
        renamed="" if verdict == Verdict.REFUSED else _named_otherwise(name, kind),
        marks=marks,
    )


def _words(data: bytes, name: str, kind: FileKind, problem: str) -> str:
    said = {
        "kind": KINDS[kind],
        "suffix": _suffix(name).upper(),
        "size": filesizeformat(len(data)),
        "most": filesizeformat(largest()),
    }
    if problem == "too_large":
        return _("The file has %(size)s; at most %(most)s are taken. Divide it or make its pictures smaller.") % said
    hidden = {FileKind.ENCRYPTED_OFFICE: "encrypted", FileKind.OFFICE_MACROS: "macros"}.get(kind, problem)
    if hidden in PROBLEMS:
        return f"{capfirst(str(KINDS[kind]))}: {PROBLEMS[hidden]}"
    if kind == FileKind.EMPTY:
        return _("The file is empty. Choose it anew; perhaps it is still open in Word or was not copied completely.")
    if problem == "kind" and _suffix(name) in KNOWN:
        return (
            _(
                "The file is named %(suffix)s, but its content is: %(kind)s. This is not taken. Save it as DOCX, XLSX, ODT or PDF."
            )
            % said
        )
    if problem == "kind":
        return _("The content of the file is: %(kind)s. This is not taken. Save it as DOCX, XLSX, ODT or PDF.") % said
    return f"{KINDS[kind]}, {said['size']}"


def _named_otherwise(name: str, kind: FileKind) -> str:
    suffix = _suffix(name)
    if suffix and suffix not in SUFFIXES[kind]:
        return _(
            "The file is named %(suffix)s, but its content is: %(kind)s. It is kept under the name of its true type."
        ) % {
            "suffix": suffix.upper()[:10],
            "kind": KINDS[kind],
        }
    return ""


def _suffix(name: str) -> str:
    return PurePosixPath(safe_name(name, "")).suffix.lstrip(".").lower()
