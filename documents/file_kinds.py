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
from typing import Any

from documents.compound_files import OLE, CompoundFile, Damaged, of_excel, problem_of
from documents.text_files import in_one_byte

ZIP, ZIP_END = b"PK\x03\x04", b"PK\x05\x06"
ENTRIES = 5_000
LARGEST_DIRECTORY = 2**20  # bytes: of some 22,000 entries without a name, of 5,000 with long ones
UNPACKED = 300 * 2**20  # bytes of all parts together
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, ValueError, OSError, EOFError, RuntimeError,
    LookupError, OverflowError,
)  # fmt: skip  # what opening a package may raise
RATIO, RATIO_FROM = 150, 30 * 2**20  # nothing an office writes is packed that tightly
SCRIPTS = {
    ".bat", ".cmd", ".com", ".hta", ".js", ".jse", ".lnk", ".php", ".pl", ".ps1", ".py", ".reg", ".rb", ".scr", ".sh",
    ".url", ".vbe", ".vbs", ".wsf",
}  # fmt: skip
SCRIPTED = re.compile(  # what a script or a shortcut begins with
    r"#!|<\?(?:php|=)|<%|@echo\b|(?:rem|cls|setlocal)\s|windows registry editor|regedit4|\[(?:internetshortcut|desktop entry|autorun)\]"
    r"|%!ps",
    re.I,
)
_TAGS = "html|head|body|script|iframe|object|embed|form|meta|title|table|div|img"
HTML = re.compile(  # a tag that is closed or says something of itself: <form đăng ký> is none
    rf"<(?:!doctype\s+html|(?:{_TAGS})(?:\s*/?>|[\s/]+[\w:-]+\s*=)|[a-z][^<>]{{0,200}}[\s/]on[a-z]{{3,20}}\s*=)".encode(),
    re.I,
)
MAIL = re.compile(r"(?:[A-Za-z][A-Za-z-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
CARRIED = re.compile(r"^(?:message-id|received|return-path|delivered-to|x-mailer):", re.I | re.M)
MARKED = (  # what other files begin with
    ("program", (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe",
                 b"L\0\0\0\x01\x14\x02\0", b"ITSF", b"\0asm", b"dex\n")),
    ("archive", (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF", b"\x28\xb5\x2f\xfd", b"\x1f\x9d", b"\x60\xea")),
    ("mail", (b"\x78\x9f\x3e\x22", b"!BDN")),
    ("media", (b"ID3", b"OggS", b"\x1aE\xdf\xa3", b"FLV\x01", b"fLaC", b"\x30\x26\xb2\x75", b"FWS\x05", b"CWS", b"ZWS")),
    ("picture", (b"GIF8", b"II*\0", b"MM\0*", b"\xd7\xcd\xc6\x9a", b"8BPS", b"AT&TFORM", b"\xc5\xd0\xd3\xc6")),
)  # fmt: skip


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
    OFFICE_XML = "office_xml"
    SLIDES = "slides"
    OTHER_OLE = "ole"
    HTML = "html"
    MHT = "mht"
    MAIL = "mail"
    SVG = "svg"
    XML = "xml"
    SCRIPT = "script"
    PROGRAM = "program"
    ARCHIVE = "archive"
    PICTURE = "picture"
    MEDIA = "media"
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
}


class Unfit(Exception):
    """The kind is clear and the file is not sound: a word of documents.sniffing.PROBLEMS."""

    def __init__(self, kind: FileKind, word: str, where: str = "") -> None:
        super().__init__(word)
        self.kind, self.word, self.where = kind, word, where


MERE_LETTERS = (b"MZ", b"BZh", b"ID3", b"CWS", b"ZWS", b"GIF8")


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
    if data.startswith(BARE_BOOKS):
        return _bare_book(data)
    if data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return _picture(data)
    if head.startswith(b"{\\rt"):
        return _rtf(data)
    return _marked(data) or _pdf_behind(data) or _text(data, name)


def _marked(data: bytes) -> FileKind | None:
    """Of what is not taken anyway. Two or three letters may begin a text as well: there the rest decides."""
    for kind, beginnings in MARKED:
        if data.startswith(beginnings) and not (
            data.startswith(MERE_LETTERS) and b"\0" not in data[:64] and not CONTROL.search(data)
        ):
            return FileKind(kind)
    if data.startswith(b"GIF8"):
        raise Unfit(FileKind.PICTURE, "two_in_one")  # a script that calls itself a picture
    if data.startswith((b"BM", b"RIFF")) and b"\0" in data[:64]:
        return FileKind.PICTURE if data.startswith(b"BM") or data[8:12] == b"WEBP" else FileKind.MEDIA
    if data[4:8] == b"ftyp":
        return FileKind.PICTURE if data[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"msf1") else FileKind.MEDIA
    if data[257:262] == b"ustar" or data[32_769:32_774] == b"CD001":
        return FileKind.ARCHIVE
    return None


# --- PDF -------------------------------------------------------------------------------------------


BEFORE_PDF = 1024  # bytes that readers pass over before the header


def _pdf_behind(data: bytes) -> FileKind | None:
    """A PDF behind a few stray bytes, as printers and gateways leave them; it is one thing if these are nothing."""
    start = data.find(b"%PDF-", 0, BEFORE_PDF + 5)
    if start < 0:
        return None
    before = data[:start].lstrip()
    if HTML.search(before) or before.startswith((b"<", b"//", b"/*")) or SCRIPTED.match(before.decode("latin-1")):
        raise Unfit(FileKind.PDF, "two_in_one")
    return _pdf(data[start:])


def _pdf(data: bytes) -> FileKind:
    end = data.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in data:
        raise Unfit(FileKind.PDF, "broken")
    tail = data[end + 5 :]
    if re.search(rb"\d \d+ obj\b", tail):  # a later saving that did not come through
        raise Unfit(FileKind.PDF, "broken")
    if _is_package(data) or ZIP in tail or HTML.search(tail) or len(tail.strip(b"\0\r\n\t ")) > 1024:
        raise Unfit(FileKind.PDF, "two_in_one")
    if HTML.search(data[:1024].split(b"obj", 1)[0]):
        raise Unfit(FileKind.PDF, "two_in_one")
    return FileKind.PDF


def _is_package(data: bytes) -> bool:
    """Whether programs that read from the end find a package in it."""
    if ZIP_END not in data[-66_000:]:
        return False
    try:
        with opened(io.BytesIO(data)) as package:
            return bool(package.namelist())
    except Crowded:
        return True
    except DAMAGED:
        return ZIP in data and b"PK\x01\x02" in data


# --- packages --------------------------------------------------------------------------------------


class Crowded(zipfile.BadZipFile):
    """It has more entries than anybody packs."""


class _Measured:
    """What a ZIP is read from: its directory is read at once, and everything else piece by piece."""

    def __init__(self, file: Any) -> None:
        self.seek, self.tell, self.seekable, self._read = file.seek, file.tell, file.seekable, file.read

    def read(self, size: int = -1) -> bytes:
        if size > LARGEST_DIRECTORY:
            raise Crowded
        content: bytes = self._read(size)
        return content


def opened(file: Any) -> zipfile.ZipFile:
    """To be read piece by piece. Raises Crowded, and whatever else is DAMAGED."""
    return zipfile.ZipFile(_Measured(file))


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
    if data[end + 22 + comment :].strip(b"\0\r\n\t ") or b"%PDF-" in data[:1024] or HTML.search(data[end:]):
        raise Unfit(kind, "two_in_one")
    return kind


def _kind_of_package(package: zipfile.ZipFile) -> FileKind:
    names = set(package.namelist())
    if "[Content_Types].xml" in names:
        types = _beginning(package, "[Content_Types].xml").lower()
        if "sheet.binary" in types and "vbaproject" not in types:  # XLSB, which calls itself macroEnabled always
            return FileKind.OTHER_OFFICE
        if "macroenabled" in types:
            return FileKind.OFFICE_MACROS
        for part, kind in MAIN_PARTS.items():
            if part in types:
                return kind
        return FileKind.SLIDES if "presentationml." in types else FileKind.OTHER_OFFICE
    if "mimetype" in names:
        media = _beginning(package, "mimetype").strip()
        if media == MEDIA_TYPES[FileKind.ODT]:
            return FileKind.ODT
        if "opendocument.presentation" in media:
            return FileKind.SLIDES
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
        if entry.flag_bits & 1 and kind != FileKind.ARCHIVE:  # which is not taken without a password either
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
    try:
        file = CompoundFile(data)
        kind = _kind_of_compound(file)
        problem = problem_of(file) if kind in (FileKind.DOC, FileKind.XLS) else ""
    except Damaged as wrong:
        if claimed := next((known for name, known in STREAMS if name.encode("utf-16-le") in data), None):
            raise Unfit(claimed, "broken") from wrong
        return FileKind.OTHER_OLE
    if problem:
        raise Unfit(kind, problem)
    return kind


BARE_BOOKS = (b"\x09\0\4\0", b"\x09\2\6\0", b"\x09\4\6\0", b"\x09\x08\x08\0", b"\x09\x08\x10\0")  # BIFF 2 to 8


def _bare_book(data: bytes) -> FileKind:
    """A workbook outside of any compound file, as Excel kept them until 1993."""
    try:
        problem = of_excel(data)
    except Damaged:
        problem = "broken"
    if problem:
        raise Unfit(FileKind.XLS, problem)
    return FileKind.XLS


STREAMS = (  # by which the programs know their files
    ("EncryptedPackage", FileKind.ENCRYPTED_OFFICE), ("WordDocument", FileKind.DOC), ("Workbook", FileKind.XLS), ("Book", FileKind.XLS),
    ("PowerPoint Document", FileKind.SLIDES), ("__properties_version1.0", FileKind.MAIL),
)  # fmt: skip


def _kind_of_compound(file: CompoundFile) -> FileKind:
    return next((kind for name, kind in STREAMS if name.lower() in file.entries), FileKind.OTHER_OLE)


def _rtf(data: bytes) -> FileKind:
    joined = data.replace(b"\r", b"").replace(b"\n", b"")  # a word may be cut over two lines
    if re.search(rb"\\obj(?:data|ocx|update|link)|\\ddeauto|\\dde\b", joined, re.I):
        raise Unfit(FileKind.RTF, "active")
    if not joined.rstrip(b"\0\t ").endswith(b"}"):
        raise Unfit(FileKind.RTF, "broken")
    return FileKind.RTF


def _picture(data: bytes) -> FileKind:
    kind = FileKind.PNG if data.startswith(b"\x89PNG") else FileKind.JPEG
    mark = b"IEND" if kind == FileKind.PNG else b"\xff\xd9"
    end = data.rfind(mark)
    if end < 0:
        raise Unfit(kind, "broken")
    if _is_package(data) or HTML.search(data[:4096]) or HTML.search(data[end:]) or b"%PDF-" in data:
        raise Unfit(kind, "two_in_one")
    return kind


# --- text ------------------------------------------------------------------------------------------


CELLS = (  # of a table in text: =cmd|'/c calc'!A0, =WEBSERVICE("http://…"): what gives it away, what stands before it
    ("active", re.compile(rb"\|[ \t]{0,9}'"), re.compile(rb"""[\n,;\t"][ \t]{0,9}(?:=[ \t]{0,9}[\w"()+-]{0,40}[ \t]{0,9}|[+@-][\w"()+-]{1,40})$""")),
    ("fetches", re.compile(rb"\b(?:WEBSERVICE|IMPORTXML|IMPORTDATA)\(", re.I), re.compile(rb"""[\n,;\t"][ \t]{0,9}[=+@][^\n,;]{0,60}$""")),
)  # fmt: skip
MOST_CELLS = 10_000  # of such signs: no table of an office has them
OFFICE_AS_XML = ("<?mso-application", "schemas.microsoft.com/office/word/2003/wordml", "urn:schemas-microsoft-com:office:spreadsheet",
                 "schemas.microsoft.com/office/2006/xmlpackage", "urn:oasis:names:tc:opendocument")  # fmt: skip


def _text(data: bytes, name: str) -> FileKind:
    plain = in_one_byte(data)
    suffix = PurePosixPath(name.lower().replace("\\", "/")).suffix
    if kind := _written_for_programs(plain, plain[:65_536].decode("latin-1").lstrip(), suffix):
        return kind
    if b"%PDF-" in data[:1100]:
        raise Unfit(FileKind.PDF, "two_in_one")
    if ZIP_END in data[-66_000:]:
        raise Unfit(FileKind.ARCHIVE, "two_in_one")
    if CONTROL.search(plain):
        return FileKind.UNKNOWN
    plain = b"\n" + plain
    for problem, sign, before in CELLS:
        for number, found in enumerate(sign.finditer(plain)):
            if number > MOST_CELLS or before.search(plain, max(0, found.start() - 90), found.start()):
                raise Unfit(FileKind.TEXT, problem)
    return FileKind.TEXT


def _written_for_programs(plain: bytes, head: str, suffix: str) -> FileKind | None:
    begun = MAIL.match(head[:8192].replace("\r\n", "\n"))
    if begun and CARRIED.search(begun[0]):
        return FileKind.MAIL
    if (
        re.search(r"^(?:mime-version:|content-type:\s*multipart/)", head[:4096], re.I | re.M)
        and "multipart/" in head[:4096].lower()
    ):
        return FileKind.MHT
    if head.startswith("<?xml") and any(mark in head[:8192].lower() for mark in OFFICE_AS_XML):
        return FileKind.OFFICE_XML
    if re.search(r"<svg[\s/>]", head, re.I):
        return FileKind.SVG
    if SCRIPTED.match(head) or suffix in SCRIPTS:
        return FileKind.SCRIPT
    if HTML.search(plain):
        return FileKind.HTML
    is_xml = head.startswith(("<?", "<!")) or re.match(r"<[A-Za-z_][\w.:-]*[\s>/]", head)
    return FileKind.XML if is_xml else None


# No signs but those of texts: tabs, ends of lines and pages, what old programs put at the end of a file.
CONTROL = re.compile(rb"[\0-\x06\x0e-\x19\x1c-\x1f\x7f]")
