"""What a ZIP package (DOCX, XLSX, ODT) holds beside its text: macros, addresses it fetches from, entities, programs."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from defusedxml.ElementTree import DefusedXMLParser

from documents.compound_files import OLE, CompoundFile, Damaged, problem_of
from documents.confined.fields import STRANGER, WITHIN, check_field
from documents.confined.problem import Problem
from documents.confined.trees import local, parsed

PROGRAMS = (
    ".exe", ".dll", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".hta", ".bat", ".cmd", ".ps1", ".lnk", ".scr", ".jar",
    ".msi", ".com", ".py", ".pl", ".rb", ".php", ".sh", ".reg", ".url", ".cpl", ".pif", ".chm", ".scf", ".swf", ".xll",
    ".zip", ".rar", ".7z", ".gz", ".cab", ".iso", ".img", ".vhd", ".vhdx",
)  # fmt: skip
PAGES = (".html", ".htm", ".mht", ".mhtml", ".xhtml")
XML = (".xml", ".rels", ".rdf", ".vml")
MACROS = ("vbaproject.bin", "vbadata.xml", "vbaprojectsignature.bin")
MERGED = ("mailmergesource", "mailmergeheadersource")
FETCHED = ("attachedtemplate", "oleobject", "frame", "subdocument", "image", "package", "video", "audio", "media")  # fmt: skip
PACKED_FILE = "\x01Ole10Native".encode("utf-16-le")  # an OLE stream that holds any file at all
PACKED = (b"Rar!", b"7z\xbc\xaf", b"MSCF", b"#!", b"L\0\0\0\x01\x14\x02\0", b"ITSF", b"\xca\xfe\xba\xbe")
CLICKED = ("a", "area-rectangle", "area-circle", "area-polygon")  # of OpenDocument: what only a reader follows
KINDS = "[Content_Types].xml"
OFFICE = (KINDS.encode(), b"mimetype")  # what a package of an office program holds
STARTING = re.compile(rb"(?:^|[=+(,*/&<>;\s-])'?[A-Za-z_][\w.]*'?\|(?:'[^']*'|[\w.]+)!")  # =cmd|'/c calc'!A0
ASKING = re.compile(rb"\b(?:WEBSERVICE|RTD|CALL|REGISTER(?:\.ID)?|_xlfn\.IMAGE)\s*\(", re.I)
FORMULAS = {"f", "definedName", "formula", "formula1", "formula2", "calculatedColumnFormula", "totalsRowFormula"}
OWN_DISK = re.compile(r"(?:file:/{3}(?![\\/]|%5C|%2F)|[A-Za-z]:[\\/])", re.I)


class Nothing:
    """Takes what the parser reads and keeps nothing of it."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...
    def close(self) -> None: ...


class Acting(Nothing):
    """Takes what the parser reads of a part of Word or Excel. Raises Problem for formulas and fields that act.

    No tree is kept: the sheet of a large workbook would not find room.
    """

    def __init__(self, part: str) -> None:
        self.part = part
        self.said: list[str] | None = None  # of the open formula, or of a piece of an instruction
        self.open_fields: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name in FORMULAS or name == "instrText":
            self.said = []
        elif name == "fldSimple":
            self._fields(attributes.values())
        elif name == "fldChar":
            self._turn(next((value for key, value in attributes.items() if _local(key) == "fldCharType"), ""))
        elif name == "ddeLink":
            raise Problem("active", self.part)
        elif (name == "webPr" and "url" in attributes) or (
            name == "connection" and attributes.get("refreshOnLoad", "").lower() in ("1", "true")
        ):
            raise Problem("fetches", self.part)

    def data(self, text: str) -> None:
        if self.said is not None:
            self.said.append(text)

    def end(self, tag: str) -> None:
        if self.said is None:
            return
        words, name = "".join(self.said), _local(tag)
        if name in FORMULAS:
            self._formula(words)
        elif name == "instrText" and self.open_fields:
            self.open_fields[-1] += words
        elif name == "instrText":
            self._fields([words])
        else:
            return
        self.said = None

    def close(self) -> None:
        self._fields(self.open_fields)

    def _turn(self, place: str) -> None:
        """The instruction of a field may be cut over several runs: it is read as Word reads it, put together."""
        if place == "begin":
            self.open_fields.append("")
        elif place == "end" and self.open_fields:
            words = self.open_fields.pop()
            self._fields([words])
            if self.open_fields:
                self.open_fields[-1] += WITHIN + words

    def _fields(self, said: Iterable[str]) -> None:
        for words in said:
            check_field(words, self.part)

    def _formula(self, said: str) -> None:
        """A formula may start another program (DDE) or ask a stranger; what stands in quotation marks is only said."""
        formula = re.sub(r'"[^"]*"', '""', said).encode("utf-8", "replace")
        if STARTING.search(formula):
            raise Problem("active", self.part)
        if ASKING.search(formula):
            raise Problem("fetches", self.part)


def look(data: bytes, kind: str) -> dict[str, Any]:
    """Raises Problem for what must not come in; else what is worth telling: `notes`, and whether it is `signed`."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        if {"odt": "content.xml", "xlsx": "xl/workbook.xml", "docx": "_rels/.rels"}[kind] not in names:
            raise Problem("broken")
        kinds: dict[str, set[str]] = {} if kind == "odt" else _kinds_of_parts(package, names)
        notes = _open_document(package, names) if kind == "odt" else _office_open(package, kinds)
        for name in names:
            lower = name.lower()
            if lower.endswith(PROGRAMS):
                raise Problem("program", name)
            if lower.endswith(PAGES):
                raise Problem("page_inside", name)
            if lower.endswith(XML):
                _parse(package.read(name), name, Nothing() if kind == "odt" else Acting(name), dtd=kind != "odt")
            else:
                _embedded(package.read(name), name)
                if any(one.endswith("xml") and not one.startswith("image/") for one in kinds.get(name, ())):
                    _parse(package.read(name), name, Acting(name), dtd=True)
    lowered = [name.lower() for name in names]
    signed = any("_xmlsignatures/" in name or name == "meta-inf/documentsignatures.xml" for name in lowered)
    return {"notes": sorted(notes), "signed": signed}


def _parse(content: bytes, name: str, target: Nothing, *, dtd: bool) -> None:
    """Every part is read once by a parser that refuses entities; OOXML may not have a DTD at all."""
    parser = DefusedXMLParser(target=target, forbid_dtd=dtd, forbid_entities=True, forbid_external=True)
    if not content.strip():
        return
    try:
        parser.feed(content)
        parser.close()
    except SyntaxError as wrong:
        raise Problem("broken", name) from wrong


def _embedded(content: bytes, name: str) -> None:
    if content[:2] == b"MZ" or content[:4] == b"\x7fELF" or content.startswith(PACKED) or PACKED_FILE in content:
        raise Problem("program", name)
    if content[:4] == b"PK\x03\x04" and (b"vbaProject.bin" in content or b"macrosheets/" in content):
        raise Problem("macros", name)
    if content[:4] == b"PK\x03\x04" and not any(part in content for part in OFFICE):
        raise Problem("program", name)
    if content[:8] == OLE:
        if "_VBA_PROJECT".encode("utf-16-le") in content:
            raise Problem("macros", name)
        with suppress(Damaged):
            if (problem := problem_of(CompoundFile(content))) in ("macros", "program", "active"):
                raise Problem(problem, name)


# --- Word and Excel -------------------------------------------------------------------------------


def _kinds_of_parts(package: zipfile.ZipFile, names: list[str]) -> dict[str, set[str]]:
    """As what each part may be read, whatever its name: Word and Excel go by [Content_Types].xml. In small letters."""
    of_parts, of_endings = defaultdict(set), defaultdict(set)
    for row in parsed(package.read(KINDS)):
        kind = row.get("ContentType", "").partition(";")[0].strip().lower()
        if "macroenabled" in kind:
            raise Problem("macros", KINDS)
        if local(row) == "Override":
            of_parts[_part(row.get("PartName", ""))].add(kind)
        elif local(row) == "Default":
            of_endings[row.get("Extension", "").lower()].add(kind)
    return {name: of_parts.get(_part(name)) or of_endings.get(name.lower().rpartition(".")[2], set()) for name in names}


def _part(name: str) -> str:
    """One spelling of the name of a part, which may be written in several."""
    return unquote(name).replace("\\", "/").lower().lstrip("/")


def _office_open(package: zipfile.ZipFile, kinds: dict[str, set[str]]) -> set[str]:
    notes: set[str] = set()
    for name, read_as in kinds.items():
        if any("vbaproject" in kind or "macrosheet" in kind for kind in read_as):
            raise Problem("macros", name)
        if any("activex" in kind for kind in read_as):
            raise Problem("active", name)
        lower = name.lower()
        if lower.endswith(MACROS):
            raise Problem("macros", name)
        if "/macrosheets/" in lower:
            raise Problem("macros", name)
        if "/activex/" in lower:
            raise Problem("active", name)
        if lower.endswith(".rels"):
            notes |= _relations(package.read(name), name)
    return notes


def _relations(content: bytes, name: str) -> set[str]:
    """What the package fetches when it is opened is no part of it, and tells others who reads it."""
    notes = set()
    for relation in parsed(content):
        kind = relation.get("Type", "").rsplit("/", 1)[-1].lower()
        if kind == "vbaproject" or kind.endswith("macrosheet"):
            raise Problem("macros", name)
        if kind == "afchunk":
            raise Problem("page_inside", relation.get("Target", ""))
        if relation.get("TargetMode", "").lower() != "external":
            continue
        if kind == "attachedtemplate" and OWN_DISK.match(relation.get("Target", "")):
            continue  # the typist's own template: nobody else's program finds it, none asks a stranger
        if kind == "image" and OWN_DISK.match(relation.get("Target", "")):
            notes.add("elsewhere")  # pasted from a page or a mail: it asks nobody, and nobody sees it
            continue
        if kind in FETCHED:
            raise Problem("fetches", relation.get("Target", ""))
        if kind in MERGED and (found := STRANGER.search(relation.get("Target", ""))):
            raise Problem("fetches", found[0])
        if kind in ("externallink", "externallinkpath"):
            notes.add("links")
    return notes


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


# --- OpenDocument ---------------------------------------------------------------------------------


def _open_document(package: zipfile.ZipFile, names: list[str]) -> set[str]:
    if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Problem("encrypted")
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        libraries = [name for name in names if name.startswith(("Basic/", "Scripts/")) and "script-l" not in name]
        if any(not name.endswith("/") for name in libraries):
            raise Problem("macros", libraries[0])
    for part in names:  # also those of objects inside
        if part.rsplit("/", 1)[-1].lower() not in ("content.xml", "styles.xml"):
            continue
        for node in parsed(package.read(part), dtd=True).iter():
            name = local(node)
            if name == "event-listener" and any(
                "script:" in value or value.startswith("macro:") for value in node.attrib.values()
            ):
                raise Problem("macros", part)
            target = next((value for key, value in node.attrib.items() if key.endswith("}href")), "")
            inside = re.sub(
                rf"^(?:\.\./){{0,{part.count('/')}}}", "", target
            )  # from the folder of an object up to ours
            if name not in CLICKED and _is_elsewhere(inside):
                raise Problem("fetches", target)
            if name in ("dde-source", "dde-connection-decl"):
                raise Problem("active", part)
    return set()


def _is_elsewhere(target: str) -> bool:
    return bool(re.match(r"(?:[a-z][a-z0-9+.-]*:|//|\\\\|\.\./)", target, re.I)) and not target.startswith("data:")
