"""Which kind of file some bytes are, told by their beginning and their shape. Reads no deeper than the directory."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from enum import StrEnum
from pathlib import PurePosixPath

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP, ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
ENTRIES = 5_000
UNPACKED = 300 * 2**20  # bytes of all parts together
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, ValueError, OSError, EOFError, RuntimeError,
    LookupError,
)  # fmt: skip  # what opening a package may raise
RATIO, RATIO_FROM = 150, 30 * 2**20  # nothing an office writes is packed that tightly
SCRIPTS = {
    ".bat", ".cmd", ".com", ".hta", ".js", ".jse", ".lnk", ".php", ".pl", ".ps1", ".py", ".reg", ".rb", ".scr", ".sh",
    ".url", ".vbe", ".vbs", ".wsf",
}  # fmt: skip
HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|script|iframe|object|embed|form|meta|title|table|div|img)[\s>/]", re.I
)


class FileKind(StrEnum):
    """True type. The first four can be the content of a version."""

    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"
    ODT = "odt"
    DOC = "doc"
    XLS = "xls"
    RTF = "rtf"
    TEXT = "txt"
    PNG = "png"
    JPEG = "jpg"
    EMPTY = "empty"
    ENCRYPTED_OFFICE = "encrypted_office"
    OFFICE_MACROS = "office_macros"
    OTHER_OFFICE = "other_office"
    OTHER_OLE = "ole"
    HTML = "html"
    MHT = "mht"
    SVG = "svg"
    XML = "xml"
    SCRIPT = "script"
    PROGRAM = "program"
    ARCHIVE = "archive"
    PICTURE = "picture"
    UNKNOWN = "unknown"


MEDIA_TYPES = {
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.PDF: "application/pdf",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
    FileKind.DOC: "application/msword",
    FileKind.XLS: "application/vnd.ms-excel",
    FileKind.RTF: "application/rtf",
    FileKind.TEXT: "text/plain",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
}
MAIN_PARTS = {
    "wordprocessingml.document.main+xml": FileKind.DOCX,
    "spreadsheetml.sheet.main+xml": FileKind.XLSX,
    "macroenabled": FileKind.OFFICE_MACROS,
}


class Unfit(Exception):
    """The kind is clear and the file is not sound: a word of documents.sniffing.PROBLEMS."""

    def __init__(self, kind: FileKind, word: str, where: str = "") -> None:
        super().__init__(word)
        self.kind, self.word, self.where = kind, word, where


def kind_of(data: bytes, name: str) -> FileKind:
    """Raises Unfit for what is broken, a bomb or two things at once. The name only tells scripts from other text."""
    if not data:
        return FileKind.EMPTY
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(ZIP) or data.startswith(ZIP_END):
        return _package(data)
    if data.startswith(OLE):
        return _ole(data)
    if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return _picture(data)
    if head.startswith(b"{\\rt"):
        return _rtf(data)
    if data.startswith((b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")):
        return FileKind.PROGRAM
    if data.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")):
        return FileKind.ARCHIVE
    if data.startswith((b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")) and b"\0" in data[:64]:
        return FileKind.PICTURE
    return _text(data, name)


# --- PDF -------------------------------------------------------------------------------------------


def _pdf(data: bytes) -> FileKind:
    end = data.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in data:
        raise Unfit(FileKind.PDF, "broken")
    tail = data[end + 5 :]
    if re.search(rb"\d+ \d+ obj\b", tail):  # a later saving that did not come through
        raise Unfit(FileKind.PDF, "broken")
    if ZIP_END in tail or ZIP in tail or HTML.search(tail) or len(tail.strip(b"\0\r\n\t ")) > 1024:
        raise Unfit(FileKind.PDF, "two_in_one")
    if HTML.search(data[:1024].split(b"obj", 1)[0]):
        raise Unfit(FileKind.PDF, "two_in_one")
    return FileKind.PDF


# --- packages --------------------------------------------------------------------------------------


def _package(data: bytes) -> FileKind:
    if data.count(b"PK\x01\x02") > ENTRIES:
        raise Unfit(FileKind.ARCHIVE, "bomb")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            kind = _kind_of_package(package)
            _check_directory(package, kind, len(data))
    except DAMAGED as wrong:
        raise Unfit(_claimed(data), "broken") from wrong
    end = data.rfind(ZIP_END)
    comment = int.from_bytes(data[end + 20 : end + 22], "little")
    if len(data) > end + 22 + comment or b"%PDF-" in data[:1024] or HTML.search(data[end:]):
        raise Unfit(kind, "two_in_one")
    return kind


def _kind_of_package(package: zipfile.ZipFile) -> FileKind:
    names = set(package.namelist())
    if "[Content_Types].xml" in names:
        types = _beginning(package, "[Content_Types].xml").lower()
        if "macroenabled" in types:
            return FileKind.OFFICE_MACROS
        for part, kind in MAIN_PARTS.items():
            if part in types:
                return kind
        return FileKind.OTHER_OFFICE
    if "mimetype" in names:
        media = _beginning(package, "mimetype").strip()
        if media == MEDIA_TYPES[FileKind.ODT]:
            return FileKind.ODT
        return FileKind.OTHER_OFFICE if "opendocument" in media else FileKind.ARCHIVE
    return FileKind.ARCHIVE


def _beginning(package: zipfile.ZipFile, name: str) -> str:
    info = package.getinfo(name)
    if info.flag_bits & 1:
        return ""
    with package.open(info) as part:
        return part.read(2**20).decode("utf-8", "replace")


def _check_directory(package: zipfile.ZipFile, kind: FileKind, size: int) -> None:
    entries = package.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > UNPACKED or (unpacked > RATIO_FROM and unpacked > RATIO * size):
        raise Unfit(kind, "bomb")
    seen = set()
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in entry.filename or "\0" in entry.orig_filename:
            raise Unfit(kind, "paths", entry.filename)
        if entry.flag_bits & 1:
            raise Unfit(kind, "encrypted")
        if entry.filename in seen:
            raise Unfit(kind, "broken", entry.filename)
        seen.add(entry.filename)


def _claimed(data: bytes) -> FileKind:
    """Of a package that cannot be opened: what its first parts look like."""
    if b"word/" in data:
        return FileKind.DOCX
    if b"xl/" in data:
        return FileKind.XLSX
    return FileKind.ODT if MEDIA_TYPES[FileKind.ODT].encode() in data[:200] else FileKind.ARCHIVE


# --- older formats, pictures -----------------------------------------------------------------------


def _ole(data: bytes) -> FileKind:
    """By the names in the directory of the compound file: entries of 128 bytes, a name in UTF-16 and its length behind."""

    def holds(name: str) -> bool:
        sought, place = name.encode("utf-16-le"), -1
        while (place := data.find(sought, place + 1)) >= 0:
            if place % 128 == 0 and int.from_bytes(data[place + 64 : place + 66], "little") == len(sought) + 2:
                return True
        return False

    if holds("EncryptedPackage"):
        return FileKind.ENCRYPTED_OFFICE
    kind = FileKind.DOC if holds("WordDocument") else FileKind.XLS if holds("Workbook") or holds("Book") else None
    if kind is None:
        return FileKind.OTHER_OLE
    if holds("_VBA_PROJECT") or holds("Macros"):
        raise Unfit(kind, "macros")
    if holds("\x01Ole10Native"):
        raise Unfit(kind, "program")
    if kind == FileKind.DOC and data[512:514] == b"\xec\xa5" and data[523] & 1:
        raise Unfit(kind, "encrypted")
    return kind


def _rtf(data: bytes) -> FileKind:
    if re.search(rb"\\obj(?:data|ocx|update|link)|\\ddeauto|\\dde\b", data, re.I):
        raise Unfit(FileKind.RTF, "active")
    if re.search(rb"\\\*\\template\s*\{?\s*(?:https?:|\\\\)", data, re.I):
        raise Unfit(FileKind.RTF, "fetches")
    if not data.rstrip(b"\0\r\n\t ").endswith(b"}"):
        raise Unfit(FileKind.RTF, "broken")
    return FileKind.RTF


def _picture(data: bytes) -> FileKind:
    kind = FileKind.PNG if data.startswith(b"\x89PNG") else FileKind.JPEG
    mark = b"IEND" if kind == FileKind.PNG else b"\xff\xd9"
    end = data.rfind(mark)
    if end < 0:
        raise Unfit(kind, "broken")
    tail = data[end:]
    if (ZIP_END in data[-66_000:] and ZIP in data) or HTML.search(tail) or b"%PDF-" in data:
        raise Unfit(kind, "two_in_one")
    return kind


# --- text ------------------------------------------------------------------------------------------


def _text(data: bytes, name: str) -> FileKind:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeDecodeError:
            return FileKind.UNKNOWN
    head = data[:65_536].removeprefix(b"\xef\xbb\xbf").lstrip()
    if (
        re.search(rb"^(?:mime-version:|content-type:\s*multipart/)", head[:4096], re.I | re.M)
        and b"multipart/" in head[:4096].lower()
    ):
        return FileKind.MHT
    if re.search(rb"<svg[\s>]", head, re.I):
        return FileKind.SVG
    if HTML.search(head):
        return FileKind.HTML
    if head.startswith((b"<?", b"<!")) or re.match(rb"<[A-Za-z_][\w.:-]*[\s>/]", head):
        return FileKind.XML
    if head.startswith(b"#!") or PurePosixPath(name.lower().replace("\\", "/")).suffix in SCRIPTS:
        return FileKind.SCRIPT
    if b"%PDF-" in data[:1100]:
        raise Unfit(FileKind.PDF, "two_in_one")
    if ZIP_END in data[-66_000:]:
        raise Unfit(FileKind.ARCHIVE, "two_in_one")
    odd = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in data[:65_536])
    return FileKind.UNKNOWN if odd or b"\0" in data else FileKind.TEXT
