"""A PDF: what it would do when it is opened (pypdf), its text and pictures of its pages (PDFium)."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from documents.confined.pages import Piece, block, blocks, repeated
from documents.confined.problem import Problem
from documents.confined.trees import clean, found

ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",  # another file, perhaps on a stranger's share
    "/GoToE",
    "/Rendition",
    "/RichMediaExecute",
    "/Movie",
    "/Sound",
}
WRONG = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    AssertionError,
)  # what pypdf meets in what is broken
OCCASIONS = {
    "/Next", "/O", "/C", "/E", "/X", "/D", "/U", "/Fo", "/Bl", "/PO", "/PC", "/PV", "/PI", "/K", "/F", "/V", "/WC", "/WS",
    "/DS", "/WP", "/DP",
}  # fmt: skip
MEDIA = {"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}
OBJECTS = 400_000
MOST_PAGES = 2_000


def look(data: bytes) -> dict[str, Any]:
    """Everything that can be reached from the catalogue is looked at. Raises Problem for what must not come in."""
    from pypdf import PdfReader  # noqa: PLC0415  # half a second that the other readers need not spend
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = _for_everybody(PdfReader(io.BytesIO(data), strict=False))
        found_in = _walked(reader)
        pages = len(reader.pages)
    except NotImplementedError as wrong:  # closed with a certificate
        raise Problem("encrypted") from wrong
    except (PyPdfError, *WRONG) as wrong:
        raise Problem("broken") from wrong
    if not pages:
        raise Problem("broken")
    for word in ("active", "fetches", "files_inside"):
        if word in found_in:
            raise Problem(word)
    try:
        joined(b"", data)
        notes = []
    except (PyPdfError, RecursionError, *WRONG):
        notes = ["apart"]
    return {"notes": notes, "signed": "signed" in found_in, "page_count": pages}


def _for_everybody(reader: Any) -> Any:
    """Who may not change it may read it: a password of the owner alone closes nothing."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise Problem("encrypted")
    return reader


def _walked(reader: Any) -> set[str]:
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject  # noqa: PLC0415

    signs: set[str] = set()
    waiting: list[Any] = [reader.trailer.get("/Root")]
    seen: set[tuple[int, int]] = set()
    looked = 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            key = (one.idnum, one.generation)
            if key in seen:
                continue
            seen.add(key)
            one = one.get_object()
        looked += 1
        if looked > OBJECTS:
            raise Problem("exhausting")
        if isinstance(one, DictionaryObject):
            signs |= _signs(one)
            waiting += list(dict.values(one))
        elif isinstance(one, ArrayObject):
            waiting += list(one)
    return signs


def _signs(one: Any) -> set[str]:
    signs = set()
    kinds = {str(dict.get(one, key)) for key in ("/S", "/Subtype")}  # a name, or the name a reference leads to
    if kinds & ACTIONS or "/JS" in one or "/JavaScript" in one or "/XFA" in one or kinds & MEDIA:
        signs.add("active")
    if "/EmbeddedFiles" in one or "/EF" in one or "/FileAttachment" in kinds:
        signs.add("files_inside")
    if dict.get(one, "/FS") == "/URL" or (_is_stream(one) and "/F" in one):  # its bytes lie elsewhere
        signs.add("fetches")
    if any(_goes_to_the_web(one.get(key)) for key in ("/OpenAction", "/AA") if key in one):
        signs.add("active")
    if "/ByteRange" in one:
        signs.add("signed")
    return signs


def _is_stream(one: Any) -> bool:
    from pypdf.generic import StreamObject  # noqa: PLC0415

    return isinstance(one, StreamObject)


def _goes_to_the_web(said: Any, depth: int = 0) -> bool:
    """Whether what happens by itself opens an address: one action, or one for each occasion, and what follows it."""
    from pypdf.generic import ArrayObject, DictionaryObject  # noqa: PLC0415

    said = said.get_object() if said is not None else None
    if depth > 5:
        raise Problem("exhausting")
    if isinstance(said, ArrayObject):
        return any(_goes_to_the_web(one, depth + 1) for one in said[:50])
    if not isinstance(said, DictionaryObject) or said.get("/Type") in ("/Page", "/Pages"):
        return False
    if str(said.get("/S")) == "/URI":
        return True
    return any(_goes_to_the_web(dict.get(said, key), depth + 1) for key in said if key in OCCASIONS)


# --- text -----------------------------------------------------------------------------------------


def read(data: bytes) -> dict[str, Any]:
    document = opened(data)
    return told(document, lines_of)


def told(document: Any, pieces_of: Callable[[Any], list[Piece]], notes: Sequence[str] = ()) -> dict[str, Any]:
    """What stands on the pages, paragraphs put together, what stands at the top (or foot) of most pages apart; `notes` may
    come to be while the pages are read.
    """
    pages = []
    for place in range(min(len(document), MOST_PAGES)):
        page = document[place]
        pages.append(pieces_of(page))
        page.close()
    noted = [*notes, *(["cut"] if len(document) > MOST_PAGES else [])]
    if not any(piece for page in pages for piece in page):
        noted.append("no_text")
    heads, feet = repeated(pages)
    said = document.get_metadata_dict()
    return found(
        blocks(pages),
        headers=[block(piece) for piece in heads],
        footers=[block(piece) for piece in feet],
        page_count=len(document),
        notes=noted,
        title=clean(said.get("Title", ""))[:500],
        author=clean(said.get("Author", ""))[:200],
    )


def opened(data: bytes) -> Any:
    import pypdfium2  # noqa: PLC0415

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as wrong:
        raise Problem("encrypted" if "password" in str(wrong).lower() else "broken") from wrong


def lines_of(page: Any) -> list[Piece]:
    """The lines of a page as PDFium tells them; empty ones are breaks."""
    text = page.get_textpage().get_text_range()
    return [line_of(line) for line in text.splitlines()]


def line_of(text: str) -> str:
    return " ".join(clean(text.replace("\ufffe", "-")).split())


# --- paper ----------------------------------------------------------------------------------------


DRAWN = ("/Type", "/Subtype", "/Rect", "/AP", "/AS", "/F")  # of an annotation: how it looks, not what it does
LEFT_OUT = ("/Link", "/Popup")
HIDDEN = 2  # of the flags of an annotation
FIELDS_ABOVE = 20
NO_VALUE = ("", "/Off", "None", "NullObject", "[]")


def joined(cover: bytes, body: bytes) -> bytes:
    """The pages of `body` behind those of `cover` (or of none): as they look, without anything that acts.

    Raises ValueError where they would not look as readers show them.
    """
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject  # noqa: PLC0415

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(cover))) if cover else PdfWriter()
    reader = _for_everybody(PdfReader(io.BytesIO(body), strict=False))
    if _hides_layers(reader):
        raise ValueError("a layer that is not shown")
    for page in reader.pages:
        notes = [note.get_object() for note in page.get("/Annots", ArrayObject()).get_object()]
        if any(map(_is_filled_and_not_drawn, notes)):
            raise ValueError("a field that readers draw")
        looks = [
            DictionaryObject({NameObject(key): dict.get(note, key) for key in DRAWN if key in note})
            for note in notes
            if note.get("/Subtype") not in LEFT_OUT
        ]
        for name in ("/AA", "/Annots", "/B", "/StructParents"):
            page.pop(name, None)
        if looks:
            page[NameObject("/Annots")] = ArrayObject(looks)
        writer.add_page(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _hides_layers(reader: Any) -> bool:
    """Whether a layer is off at first, or by what the page is used for. Which are shown is said outside of the pages."""
    layers = _of(reader.trailer["/Root"], "/OCProperties", {})
    usual = _of(layers, "/D", {})
    if _of(usual, "/OFF", []) or _of(usual, "/BaseState", "/ON") != "/ON":
        return True
    return bool(_of(usual, "/AS", [])) and any(
        "/OFF" in _of(use, state, {}).values()
        for layer in _of(layers, "/OCGs", [])
        for use in [_of(layer.get_object(), "/Usage", {})]
        for state in ("/View", "/Print")
    )


def _is_filled_and_not_drawn(note: Any) -> bool:
    """A field of a form with a value, of which the file holds no drawing: readers make one."""
    if _of(note, "/Subtype", "") != "/Widget" or "/N" in _of(note, "/AP", {}) or int(_of(note, "/F", 0)) & HIDDEN:
        return False
    kind, value = "", None
    for _above in range(FIELDS_ABOVE):
        kind = kind or _of(note, "/FT", "")
        value = _of(note, "/V", None) if value is None else value
        if (note := _of(note, "/Parent", None)) is None:
            break
    return kind != "/Sig" and str(value).strip() not in NO_VALUE


def _of(holder: Any, key: str, otherwise: Any) -> Any:
    found = holder.get(key, otherwise)
    return found.get_object() if hasattr(found, "get_object") else found


def stamped(stamp: bytes, paper: bytes) -> bytes:
    """`paper` with the first page of `stamp` laid over each of its pages as it is seen: cut to its crop box, turned.

    The stamp is one object that all pages draw; what they drew before is neither read nor unpacked.
    """
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject  # noqa: PLC0415

    reader = PdfReader(io.BytesIO(paper), strict=False)
    writer = PdfWriter(clone_from=reader)
    writer.pdf_header = reader.pdf_header

    def added(data: bytes, **about: Any) -> Any:
        stream = DecodedStreamObject()
        stream.set_data(data)
        stream.update({NameObject(f"/{key}"): value for key, value in about.items()})
        return writer._add_object(stream.flate_encode())

    drawn = PdfReader(io.BytesIO(stamp)).pages[0]
    box, contents = drawn.mediabox, drawn.get_contents()
    assert contents is not None
    shape = added(
        contents.get_data(),
        Type=NameObject("/XObject"),
        Subtype=NameObject("/Form"),
        BBox=ArrayObject(box),
        Resources=drawn["/Resources"].clone(writer),
    )
    kept = added(b"q\n")
    for page in writer.pages:
        resources = DictionaryObject(_inherited(page, "/Resources"))
        shapes = DictionaryObject(resources.get("/XObject", DictionaryObject()).get_object())
        name = next(f"/Stamp{number}" for number in range(len(shapes) + 1) if f"/Stamp{number}" not in shapes)
        shapes[NameObject(name)] = shape
        resources[NameObject("/XObject")] = shapes
        page[NameObject("/Resources")] = resources
        fitting = _fitting(page, float(box.width), float(box.height))
        page[NameObject("/Contents")] = ArrayObject(
            [kept, *_streams(page), added(f"\nQ q {fitting} cm {name} Do Q\n".encode())]
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _fitting(page: Any, width: float, height: float) -> str:
    """The matrix that lays a drawing of this size over what is seen of the page, upright as it is seen."""
    left, bottom, right, top = _seen(page)
    wide, high, turned = right - left, top - bottom, 0
    with suppress(TypeError, ValueError):
        turned = round(int(_inherited(page, "/Rotate") or 0) / 90) % 4
    across, down = (high, wide) if turned % 2 else (wide, high)
    x, y = across / width, down / height
    along, up, corner = (
        ((x, 0), (0, y), (left, bottom)),
        ((0, x), (-y, 0), (right, bottom)),
        ((-x, 0), (0, -y), (right, top)),
        ((0, -x), (y, 0), (left, top)),
    )[turned]
    return " ".join(f"{part:.{digits}f}" for pair, digits in ((along, 6), (up, 6), (corner, 3)) for part in pair)


def _seen(page: Any) -> tuple[float, ...]:
    """Left, bottom, right, top of what readers show and print: the crop box, as far as it lies on the paper."""
    paper = _sides(page, "/MediaBox")
    try:
        crop = _sides(page, "/CropBox")
    except (TypeError, ValueError):
        return paper
    left, bottom, right, top = (*map(max, paper[:2], crop[:2]), *map(min, paper[2:], crop[2:]))
    return (left, bottom, right, top) if left < right and bottom < top else paper


def _sides(page: Any, key: str) -> tuple[float, ...]:
    """Of a box, whichever two corners it is written with. Raises ValueError where there is none."""
    left, bottom, right, top = (float(side.get_object()) for side in _inherited(page, key))
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def _inherited(page: Any, key: str) -> Any:
    """What stands at the page, or at what it belongs to."""
    while key not in page and "/Parent" in page:
        page = page["/Parent"]
    return page.get(key, {}).get_object() if key in page else {}


def _streams(page: Any) -> list[Any]:
    """References to what the page draws, in order."""
    from pypdf.generic import ArrayObject  # noqa: PLC0415

    contents = dict.get(page, "/Contents")
    found = contents.get_object() if contents is not None else None
    if found is None:
        return []
    return list(found) if isinstance(found, ArrayObject) else [contents]
