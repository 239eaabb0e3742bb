"""What a ZIP package (DOCX, XLSX, ODT) holds beside its text: macros, addresses it fetches from, entities, programs."""

from __future__ import annotations

import html
import io
import re
import zipfile
from contextlib import suppress
from typing import Any

from defusedxml.ElementTree import DefusedXMLParser

from documents.compound_files import OLE, CompoundFile, Damaged, problem_of
from documents.confined.fields import WITHIN, check_field
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
FETCHED = ("attachedtemplate", "oleobject", "frame", "subdocument", "image", "package", "video", "audio", "media")  # fmt: skip
PACKED_FILE = "\x01Ole10Native".encode("utf-16-le")  # an OLE stream that holds any file at all
PACKED = (b"Rar!", b"7z\xbc\xaf", b"MSCF", b"#!", b"L\0\0\0\x01\x14\x02\0", b"ITSF", b"\xca\xfe\xba\xbe")
OFFICE = (b"[Content_Types].xml", b"mimetype")  # what a package of an office program holds
STARTING = re.compile(rb"(?:^|[=+(,*/&<>;\s-])'?[A-Za-z_][\w.]*'?\|(?:'[^']*'|[\w.]+)!")  # =cmd|'/c calc'!A0
ASKING = re.compile(rb"\b(?:WEBSERVICE|RTD|CALL|REGISTER(?:\.ID)?|_xlfn\.IMAGE)\s*\(", re.I)
FORMULA = re.compile(rb"<(?:\w+:)?(?:f|definedName|formula[12]?)(?:\s[^<>]*)?>([^<]+)<")
CONNECTION = re.compile(rb"<(?:\w+:)?webPr\b[^>]*url=|refreshOnLoad\s*=\s*[\"'](?:1|true)", re.I)
OWN_DISK = re.compile(r"(?:file:/{3}(?!/)|[A-Za-z]:[\\/])", re.I)


class Nothing:
    """Takes what the parser reads and keeps nothing of it."""

    def start(self, tag: str, attributes: dict[str, str]) -> None: ...
    def end(self, tag: str) -> None: ...
    def data(self, text: str) -> None: ...
    def close(self) -> None: ...


def look(data: bytes, kind: str) -> dict[str, Any]:
    """Raises Problem for what must not come in; else what is worth telling: `notes`, and whether it is `signed`."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        if {"odt": "content.xml", "xlsx": "xl/workbook.xml", "docx": "_rels/.rels"}[kind] not in names:
            raise Problem("broken")
        notes = _open_document(package, names) if kind == "odt" else _office_open(package, names)
        for name in names:
            lower = name.lower()
            if lower.endswith(PROGRAMS):
                raise Problem("program", name)
            if lower.endswith(PAGES):
                raise Problem("page_inside", name)
            if lower.endswith(XML):
                _entities(package.read(name), name, dtd=kind != "odt")
            else:
                _embedded(package.read(name), name)
    lowered = [name.lower() for name in names]
    signed = any("_xmlsignatures/" in name or name == "meta-inf/documentsignatures.xml" for name in lowered)
    return {"notes": sorted(notes), "signed": signed}


def _entities(content: bytes, name: str, *, dtd: bool) -> None:
    """Every part is read once by a parser that refuses entities; OOXML may not have a DTD at all."""
    parser = DefusedXMLParser(target=Nothing(), forbid_dtd=dtd, forbid_entities=True, forbid_external=True)
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


def _office_open(package: zipfile.ZipFile, names: list[str]) -> set[str]:
    notes: set[str] = set()
    if "macroenabled" in package.read("[Content_Types].xml").decode("utf-8", "replace").lower():
        raise Problem("macros", "[Content_Types].xml")
    for name in names:
        lower = name.lower()
        if lower.endswith(MACROS):
            raise Problem("macros", name)
        if "/macrosheets/" in lower:
            raise Problem("macros", name)
        if "/activex/" in lower:
            raise Problem("active", name)
        if lower.endswith(".rels"):
            notes |= _relations(package.read(name), name)
        if "/externallinks/" in lower and b"ddeLink" in package.read(name):
            raise Problem("active", name)
        if lower.startswith("xl/") and lower.endswith(".xml"):
            _formulas(_in_bytes(package.read(name)), name)
        if lower.startswith("word/") and lower.endswith(".xml"):
            content = package.read(name)
            if any(word in _in_bytes(content) for word in (b"instrText", b"fldSimple")):
                _fields(content, name)
    return notes


def _relations(content: bytes, name: str) -> set[str]:
    """What the package fetches when it is opened is no part of it, and tells others who reads it."""
    notes = set()
    for relation in parsed(content):
        kind = relation.get("Type", "").rsplit("/", 1)[-1].lower()
        if kind == "vbaproject":
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
        if kind in ("externallink", "externallinkpath"):
            notes.add("links")
    return notes


def _formulas(content: bytes, name: str) -> None:
    """A formula may start another program (DDE) or ask a stranger; what stands in quotation marks is only said."""
    for said in FORMULA.findall(content):
        formula = re.sub(r'"[^"]*"', '""', html.unescape(said.decode("utf-8", "replace"))).encode()
        if STARTING.search(formula):
            raise Problem("active", name)
        if ASKING.search(formula):
            raise Problem("fetches", name)
    if name.lower() == "xl/connections.xml" and CONNECTION.search(content):
        raise Problem("fetches", name)


def _in_bytes(content: bytes) -> bytes:
    """XML in UTF-8, also where it was written with two bytes a sign."""
    return content.decode("utf-16", "replace").encode() if content[:2] in (b"\xff\xfe", b"\xfe\xff") else content


def _fields(content: bytes, name: str) -> None:
    """The instruction of a field may be cut over several runs: it is read as Word reads it, put together."""
    open_fields: list[str] = []
    said: list[str] = []
    for node in parsed(content).iter():
        if local(node) == "fldSimple":
            said += node.attrib.values()
        elif local(node) == "fldChar":
            place = next((value for key, value in node.attrib.items() if key.endswith("fldCharType")), "")
            if place == "begin":
                open_fields.append("")
            elif place == "end" and open_fields:
                said.append(words := open_fields.pop())
                if open_fields:
                    open_fields[-1] += WITHIN + words
        elif local(node) == "instrText" and open_fields:
            open_fields[-1] += node.text or ""
        elif local(node) == "instrText":
            said.append(node.text or "")
    for words in (*said, *open_fields):
        check_field(words, name)


# --- OpenDocument ---------------------------------------------------------------------------------


def _open_document(package: zipfile.ZipFile, names: list[str]) -> set[str]:
    if "META-INF/manifest.xml" in names and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Problem("encrypted")
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        libraries = [name for name in names if name.startswith(("Basic/", "Scripts/")) and "script-l" not in name]
        if any(not name.endswith("/") for name in libraries):
            raise Problem("macros", libraries[0])
    for part in ("content.xml", "styles.xml"):
        if part not in names:
            continue
        for node in parsed(package.read(part), dtd=True).iter():
            name = local(node)
            if name == "event-listener" and any(
                "script:" in value or value.startswith("macro:") for value in node.attrib.values()
            ):
                raise Problem("macros", part)
            target = next((value for key, value in node.attrib.items() if key.endswith("}href")), "")
            if name in ("image", "object", "object-ole", "section-source", "plugin", "applet") and _is_elsewhere(
                target
            ):
                raise Problem("fetches", target)
            if name == "dde-source":
                raise Problem("active", part)
    return set()


def _is_elsewhere(target: str) -> bool:
    return bool(re.match(r"(?:[a-z][a-z0-9+.-]*:|//|\\\\|\.\./)", target, re.I)) and not target.startswith("data:")
