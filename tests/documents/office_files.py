"""Files as offices and attackers make them, built for the tests: the smallest that shows what it is about."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from openpyxl import Workbook
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject
from weasyprint import HTML

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def zipped(parts: dict[str, str | bytes], *, first: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(parts, key=lambda name: name != first):
            how = zipfile.ZIP_STORED if name == first else zipfile.ZIP_DEFLATED
            package.writestr(zipfile.ZipInfo(name), parts[name], how)
    return out.getvalue()


def relations(*rows: tuple[str, str, str]) -> str:
    """Rows of kind, target and mode."""
    body = "".join(
        f'<Relationship Id="r{place}" Type="{R}/{kind}" Target="{target}"{f""" TargetMode="{mode}" """ if mode else ""}/>'
        for place, (kind, target, mode) in enumerate(rows)
    )
    return f'<Relationships xmlns="{RELS}">{body}</Relationships>'


def paragraph(text: str, *, style: str = "", properties: str = "") -> str:
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f'<w:p><w:pPr>{style}{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def row(*cells: str) -> str:
    return (
        "<w:tr>"
        + "".join(cell if cell.startswith("<w:tc>") else f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells)
        + "</w:tr>"
    )


def docx(body: str = "", *, main: str = "document", rels: tuple[tuple[str, str, str], ...] = (), **parts: Any) -> bytes:
    """A Word document with this body; `parts` are more of them, `__` standing for a slash in the name."""
    given = {name.replace("__", "/"): content for name, content in parts.items()}
    more = {name if "." in name else f"{name}.xml": content for name, content in given.items()}
    kinds = [
        name.removeprefix("word/").removesuffix(".xml")
        for name in more
        if name.startswith("word/") and name.count("/") == 1
    ]
    known = tuple((kind.rstrip("0123456789"), f"{kind}.xml", "") for kind in kinds if kind.isalnum())
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{WORD}.{main}.main+xml"/></Types>',
            "_rels/.rels": relations(("officeDocument", "word/document.xml", "")),
            "word/_rels/document.xml.rels": relations(*known, *rels),
            "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body or paragraph("Nội dung")}</w:body></w:document>',
            **more,
        }
    )


def part(name: str, body: str) -> str:
    """A part such as styles, numbering, hdr."""
    return f'<w:{name} xmlns:w="{W}" xmlns:r="{R}">{body}</w:{name}>'


def xlsx(rows: list[list[Any]], *, title: str = "Danh mục", more: dict[str, Any] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for cells in rows:
        sheet.append(cells)
    for place, value in (more or {}).items():
        sheet[place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def odt(body: str, *, manifest: str = "", **parts: str) -> bytes:
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
            **{name.replace("__", "/"): text for name, text in parts.items()},
        },
        first="mimetype",
    )


def pdf(lines: list[list[str]] | None = None) -> bytes:
    """Pages of lines, drawn by the program that draws our paper."""
    pages = lines if lines is not None else [["Nội dung"]]
    html = "".join(
        f'<section style="break-after: page">{"".join(f"<p>{line}</p>" for line in page)}</section>' for page in pages
    )
    return HTML(string=html).write_pdf()


def written(make: Any, data: bytes | None = None) -> bytes:
    """A PDF as pypdf writes it after `make(writer)`."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data or pdf())))
    make(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def encrypted_pdf(password: str = "mật khẩu", owner: str | None = None) -> bytes:
    """With an owner's password alone it opens for everybody."""
    return written(lambda writer: writer.encrypt(password, owner, algorithm="AES-256" if owner else "RC4-128"))


def calling_pdf(*, of_page: bool = False) -> bytes:
    """Opens an address by itself."""

    def call(writer: PdfWriter) -> None:
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("http://a")}
        )
        if of_page:
            writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): writer._add_object(action)})
        else:
            writer.root_object[NameObject("/OpenAction")] = action

    return written(call)


def fetching_pdf() -> bytes:
    """With a picture whose bytes lie on a stranger's machine."""

    def fetch(writer: PdfWriter) -> None:
        picture = StreamObject()
        where = DictionaryObject(
            {NameObject("/FS"): NameObject("/URL"), NameObject("/F"): TextStringObject("http://a")}
        )
        picture |= {NameObject("/Subtype"): NameObject("/Image"), NameObject("/F"): where}
        writer.root_object[NameObject("/Piece")] = writer._add_object(picture)

    return written(fetch)


def launching_pdf(*, indirect: bool = False) -> bytes:
    def launch(writer: PdfWriter) -> None:
        kind: Any = NameObject("/Launch")
        kind = writer._add_object(kind) if indirect else kind
        action = DictionaryObject({NameObject("/S"): kind, NameObject("/F"): TextStringObject("cmd.exe")})
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)

    return written(launch)


def apart_pdf() -> bytes:
    """It can be read, but its pages cannot be taken over into another paper."""

    def spoil(writer: PdfWriter) -> None:
        writer.pages[0][NameObject("/Annots")] = NumberObject(5)

    return written(spoil)


def layered_pdf(**about: Any) -> bytes:
    """With one layer; `about` says which are shown at first."""

    def layer(writer: PdfWriter) -> None:
        group = _named(Type=NameObject("/OCG"), Name=TextStringObject("a"))
        if "AS" in about:
            group[NameObject("/Usage")] = _named(Print=_named(PrintState=NameObject("/OFF")))
        reference = writer._add_object(group)
        given = {"OFF": ArrayObject([reference] if about.get("OFF") else [])} | {
            key: value for key, value in about.items() if key != "OFF"
        }
        writer.root_object[NameObject("/OCProperties")] = _named(OCGs=ArrayObject([reference]), D=_named(**given))

    return written(layer)


def form_pdf(value: Any, kind: str = "/Tx", *, of_parent: bool = False, **about: Any) -> bytes:
    """With one field of a form that has this value and, unless `about` gives it, no drawing (/AP)."""

    def fill(writer: PdfWriter) -> None:
        said = _named(FT=NameObject(kind), V=value, T=TextStringObject("a"))
        shown = _named(Subtype=NameObject("/Widget"), Rect=ArrayObject(map(NumberObject, (9, 9, 99, 29))), **about)
        if of_parent:
            shown[NameObject("/Parent")] = writer._add_object(said)
        else:
            shown |= said
        field = writer._add_object(DictionaryObject(shown))
        writer.pages[0][NameObject("/Annots")] = ArrayObject([field])
        writer.root_object[NameObject("/AcroForm")] = _named(Fields=ArrayObject([field]))

    return written(fill)


def _named(**given: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in given.items()})


def signed_pdf() -> bytes:
    def sign(writer: PdfWriter) -> None:
        signature = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Sig"),
                NameObject("/ByteRange"): ArrayObject(
                    [NumberObject(0), NumberObject(1), NumberObject(2), NumberObject(3)]
                ),
            }
        )
        field = DictionaryObject(
            {NameObject("/FT"): NameObject("/Sig"), NameObject("/V"): writer._add_object(signature)}
        )
        form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(field)])})
        writer.root_object[NameObject("/AcroForm")] = form

    return written(sign)


def doc(*streams: str) -> bytes:
    """An old Word file as far as anyone looks."""
    return compound("WordDocument", *streams)


WORKBOOK = [(0x809, b"\0\x06\x05\0" + bytes(12)), (0x85, bytes(6) + b"\x01\0A"), (0x0A, b"")]


def biff(*records: tuple[int, bytes]) -> bytes:
    """Records of a workbook before 2007, by number and content (MS-XLS 2.1.4)."""
    return b"".join(kind.to_bytes(2, "little") + len(said).to_bytes(2, "little") + said for kind, said in records)


def compound(*streams: str, text: str = "", **contents: bytes) -> bytes:
    """A compound file (MS-CFB): header, table of sectors, directory, streams of at least 4096 bytes."""
    usual = {"WordDocument": b"\xec\xa5" + bytes(30) + text.encode("utf-16-le"), "Workbook": biff(*WORKBOOK)}
    kept = {name: contents.get(name, usual.get(name, b"")) for name in dict.fromkeys((*streams, *contents))}
    rows, body, table = [_entry("Root Entry", 5, child=1 if kept else 0xFFFFFFFF)], b"", []
    directory = -(-(len(kept) + 1) // 4)
    for place, (name, content) in enumerate(kept.items(), 1):
        size = -(-max(len(content), 4096) // 512)
        start = 1 + directory + len(body) // 512
        rows.append(_entry(name, 2, right=place + 1 if place < len(kept) else 0xFFFFFFFF, start=start, size=size * 512))
        table += [*range(start + 1, start + size), 0xFFFFFFFE]
        body += content.ljust(size * 512, b"\0")
    table = [0xFFFFFFFD, *range(2, 1 + directory), 0xFFFFFFFE, *table]
    assert len(table) <= 128, "more than one sector of the table"
    header = OLE[:8] + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(6)
    header += b"".join(n.to_bytes(4, "little") for n in (0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0))
    sectors = b"".join(place.to_bytes(4, "little") for place in table).ljust(512, b"\xff")
    return header.ljust(512, b"\xff") + sectors + b"".join(rows).ljust(directory * 512, b"\0") + body


def _entry(
    name: str, kind: int, *, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF, start: int = 0, size: int = 0
) -> bytes:
    written = name.encode("utf-16-le")
    head = written.ljust(64, b"\0") + (len(written) + 2).to_bytes(2, "little") + bytes([kind, 1])
    links = b"".join(place.to_bytes(4, "little") for place in (0xFFFFFFFF, right, child))
    return head + links + bytes(36) + (start if size else 0xFFFFFFFE).to_bytes(4, "little") + size.to_bytes(8, "little")


def bomb() -> bytes:
    """A Word document that unpacks to 200 MB from some 200 KB."""
    return docx(word__media__picture="", **{"word__media__zeros.bin": b"0" * (200 * 2**20)})
