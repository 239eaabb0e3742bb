"""The seven sections of a procedure and their tables, out of a paper's lines (domain §3.1)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from documents import procedure_tables as tables
from documents.amendment_table import is_amendment_head
from documents.citations import NUMBER
from documents.content import Component, Content, Form, LegalBasis, RecordKept, Time
from documents.norms import limit_of
from documents.paper_lines import Line, Paper, distinct, is_page_number, key
from documents.understanding import Doubt

SECTIONS = {
    1: r"muc dich(?: ban hanh| yeu cau| va yeu cau| va pham vi(?: ap dung)?| pham vi)?|purpose",
    2: r"(?:doi tuong va |doi tuong )?pham vi(?: ap dung| va doi tuong ap dung| dieu chinh| doi tuong ap dung)*|doi tuong ap dung|scope",
    3: r"(?:cac )?tai lieu (?:vien dan|tham chieu|lien quan|tham khao|vien dan tham chieu)|vien dan|references?|can cu",
    4: r"(?:cac )?(?:thuat ngu|dinh nghia|giai thich|chu viet tat|tu viet tat|khai niem)(?: (?:va|dinh nghia|viet tat|tu viet tat|chu viet tat|tu ngu|thuat ngu|cac|ky hieu|khai niem))*|definitions(?: abbreviations)?",
    5: r"noi dung(?: quy trinh| thuc hien| cua quy trinh| chinh)?|quy trinh thuc hien|content of the procedure|procedure",
    6: r"(?:cac |danh muc )?(?:bieu mau|mau bieu|phu luc)(?: (?:ap dung|kem theo|su dung|ho so|phu luc|bieu mau))*|forms",
    7: r"(?:quan ly |cac |danh muc )?ho so(?: can)?(?: luu(?: giu| tru)?)?(?: can luu)?|luu (?:tru )?ho so|luu tru(?: ho so)?|records(?: kept)?",
}  # fmt: skip
PARTS = {
    "conditions": r"(?:yeu cau )?dieu kien(?: thuc hien)?(?: tthc| thu tuc hanh chinh)?(?: neu co)?|yeu cau dieu kien thuc hien",
    "legal_bases": r"(?:co so|can cu) phap ly(?: cua tthc)?|legal basis",
    "components": r"thanh phan(?: so luong)? ho so(?: bao gom| gom)?|thanh phan va so luong ho so|dossier components",
    "sets": r"so luong ho so|so luong bo ho so|so luong|number of sets",
    "limit": r"(?:thoi gian|thoi han) (?:xu ly|giai quyet|thuc hien)(?: ho so| tthc)?|time limit",
    "place": r"(?:noi|dia diem|bo phan) (?:tiep nhan|nop)(?: ho so)?(?: va)?(?: tra)?(?: ket qua)?|place of reception and return",
    "fee": r"(?:muc thu )?(?:phi,? )?(?:va )?le phi(?: phi)?(?: neu co)?|phi le phi|phi|fee",
    "steps": r"(?:quy trinh|trinh tu|cac buoc|so do|noi dung)(?: xu ly| thuc hien| giai quyet| tien hanh| tac nghiep| cong viec| cac buoc| ho so)+|steps of the work",
    "result": r"ket qua(?: thuc hien| giai quyet| cua)*(?: tthc| thu tuc hanh chinh)?|result",
}  # fmt: skip
_SECTION = {number: re.compile(pattern) for number, pattern in SECTIONS.items()}
_PART = {name: re.compile(pattern) for name, pattern in PARTS.items()}
_NUMBERED = re.compile(
    r"^\s*(?:#+\s*)?(?:(?:phần|mục|điều)\s+)?((?:\d{1,2}|[IVX]{1,4}|(?-i:[A-H])(?=\s*\.))(?:\.\d{1,2})*)\s*[.)\-:/]?\s*(?=\D)",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:\.{3,}|…|\t|_{3,})\s*\d{1,3}\s*$")
_BULLET = re.compile(r"^\s*(?:[-–—+*•▪◦·o]\s+|[a-zđ]\)\s*|\d{1,2}[.)]\s+|[-–+•]\s*(?=\S))")
_SERVICE = re.compile(r"(?<![\d.])(\d\.\d{6})(?:\.\d{3}\.\d{2}\.\d{2}\.H\d{2})?(?![\d.])")
_END = re.compile(
    r"(?:bang |so )?(?:theo doi |tinh trang |trang )?sua doi(?: tai lieu| bo sung)*|phu luc(?: (?:[ivx]{1,4}|\d{1,2}))?(?: .*)?|noi nhan"
)
_NOTHING = re.compile(r"^(?:khong quy dinh|khong co|khong|not specified|n a)$")


@dataclass(frozen=True)
class Procedure:
    """What was read, `until` which line the cover goes, and what was not."""

    content: Content
    until: int
    has_sections: bool
    doubts: tuple[Doubt, ...]
    missing: tuple[str, ...]


@dataclass
class _Desk:
    """While reading: lines by section and part, tables by what they are."""

    texts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    steps: tables.Steps = field(default_factory=tables.Steps)
    components: list[Component] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    records: list[RecordKept] = field(default_factory=list)
    counted: bool = False


def read_procedure(paper: Paper, whom: tables.Whom) -> Procedure:
    """Sections are found by their words, whatever numbers them; tables by the words of their heads, wherever they stand."""
    starts = sections_of(paper.body)
    until = min(starts, default=len(paper.body) if not starts else 0)
    desk = _Desk()
    _walk(paper.body, starts, desk)
    doubts: list[Doubt] = []
    steps = desk.steps.read(whom, doubts)
    limit, note = _limit(desk.texts["limit"], doubts)
    if not steps:
        doubts.append(Doubt("no_steps"))
    if desk.texts["conditions"]:
        doubts.append(Doubt("not_kept", _clip(" ".join(desk.texts["conditions"]))))
    if desk.texts["annex"]:
        doubts.append(Doubt("not_kept", _clip("; ".join(desk.texts["annex"]))))
    components = tuple(desk.components) or tuple(Component(line[:1000]) for line in _items(desk.texts["components"]))
    if components and not desk.counted:
        doubts.append(Doubt("counts_missing"))
    content = Content(
        purpose=_said(desk.texts["1"]),
        scope=_said(desk.texts["2"]),
        references=tuple(line[:500] for line in _items(desk.texts["3"])),
        definitions=_said(desk.texts["4"]),
        services=tuple(dict.fromkeys(_SERVICE.findall(paper.words))),
        legal_bases=tuple(_bases(desk.texts["legal_bases"], doubts)),
        components=components,
        sets=_sets(desk.texts["sets"]),
        limit=limit,
        limit_note=note,
        place=_said(desk.texts["place"]),
        fee="\n".join(desk.texts["fee"]),
        result=_said(desk.texts["result"]),
        steps=steps,
        forms=tuple(desk.forms) or tuple(_forms(desk.texts["6"])),
        records=tuple(_with_retention(desk.records or _records(desk.texts["7"]), desk.texts["7"])),
    )
    return Procedure(content, until, len(set(starts.values())) >= 2, tuple(doubts), tuple(_missing(content)))


def _missing(content: Content) -> Iterator[str]:
    """Names of the parts that hold nothing."""
    for name in ("purpose", "scope", "references", "definitions", "legal_bases", "components", "place", "fee", "result", "steps", "forms", "records"):  # fmt: skip
        if not getattr(content, name):
            yield name
    if not content.limit.given:
        yield "limit"


# --- sections --------------------------------------------------------------------------------------


def sections_of(body: Sequence[Line]) -> dict[int, int]:
    """Line → number of the section that begins there. Of several runs of 1 … 7 (a table of contents, an annex) the one
    with most text between its headings.
    """
    headings = [(at, section) for at, line in enumerate(body) if (section := _section_at(line))]
    runs: list[list[tuple[int, int]]] = []
    for at, section in headings:
        if not runs or section <= runs[-1][-1][1]:
            runs.append([])
        runs[-1].append((at, section))
    if not runs:
        return {}
    ends = [run[0][0] for run in runs[1:]] + [len(body)]

    def weight(pair: tuple[list[tuple[int, int]], int]) -> tuple[int, int]:
        run, end = pair
        return min(len(run), 4), sum(len(line.text) for line in body[run[0][0] : end])

    return dict(max(zip(runs, ends, strict=True), key=weight)[0])


def _section_at(line: Line) -> int:
    heading, _rest = _heading_of(line)
    if not heading:
        return 0
    words = key(heading)
    return next((number for number, pattern in _SECTION.items() if pattern.fullmatch(words)), 0)


def _heading_of(line: Line) -> tuple[str, str]:
    """The words of a heading without its number, and what follows them in the same line; ("", "") where it is none."""
    cells = list(distinct(line.cells))
    if not cells or _LEADERS.search(line.text.rstrip()[-40:]):
        return "", ""
    numbered = _NUMBERED.match(cells[0]) is not None or bool(re.fullmatch(r"(?:[\dIVX]{1,4}|[A-H])\.?", cells[0]))
    if line.table and len(cells) > (2 if numbered else 1) and not re.fullmatch(r"[\d.]{1,3}", cells[0]):
        numbered_alone = numbered and len(cells) == 2
        if not numbered_alone:
            return "", ""
    if re.fullmatch(r"(?:\d{1,2}|[IVX]{1,4}|[A-H])\.?", cells[0]) and len(cells) > 1:
        if len(cells) > 2:
            return "", ""
        first, rest = cells[1], []
    else:
        first, rest = cells[0], cells[1:]
    row, *more = first.split("\n")
    found = _NUMBERED.match(row)
    if found and "." in found[1].strip("."):
        return "", ""  # 5.1 is a part
    words, _colon, behind = (row[found.end() :] if found else row).strip("# *").partition(":")
    if len(words) > 90 or (line.table and not numbered and words[:1].islower()):  # “lưu hồ sơ” ends the row above
        return "", ""
    return words, "\n".join(filter(None, [behind.strip(" *"), *more, *rest]))


def _part_at(line: Line) -> tuple[str, str]:
    """The part of section 5 that begins in this line, and what the line says beyond its heading."""
    cells = list(distinct(line.cells))
    if re.fullmatch(r"[IVX\d][\d.]*", cells[0]) and len(cells) > 1:
        cells = cells[1:]
        numbered = True
    else:
        numbered = _NUMBERED.match(cells[0]) is not None
    row, *more = cells[0].split("\n")
    found = _NUMBERED.match(row)
    words, colon, behind = (row[found.end() :] if found else row).strip("# *-+").partition(":")
    name = next((part for part, pattern in _PART.items() if pattern.fullmatch(key(words))), "")
    if not name or not (numbered or colon or not line.table):
        return "", ""
    return name, "\n".join(
        filter(None, [behind.strip(" *"), *more, *([] if line.table and len(cells) > 2 else cells[1:])])
    )


# --- the walk --------------------------------------------------------------------------------------


def _walk(body: Sequence[Line], starts: dict[int, int], desk: _Desk) -> None:
    section, part = 0, ""
    mode: tables.Mode | None = None
    for at, line in enumerate(body):
        if at in starts:
            section, part, mode = starts[at], "", None
            if rest := _heading_of(line)[1]:
                desk.texts[str(section)].append(rest)
            continue
        if _is_end(line, section):
            desk.texts["annex"].append(line.text)
            section, part, mode = 0, "annex", None
            continue
        said: str | None = None
        if section == 5 and (found := _part_at(line))[0]:
            (part, said), mode = found, None
        if line.table and (head := tables.mode_of(line, section, part)):
            mode = head if mode is None or mode.name != head.name or mode.table != line.table else mode
            continue
        if said is not None:
            if said:
                desk.texts[part].append(said)
            continue
        if mode and line.table and tables.goes_on(mode, line):
            mode.table = line.table
            _take_row(mode, line, desk)
            continue
        if mode and not line.table and is_page_number(line.text):
            continue  # a break of the page
        mode = None
        if (name := part or (str(section) if section else "")) and name != "annex" and not is_page_number(line.text):
            desk.texts[name].append(_row_said(line, is_list=name not in {"limit", "sets", "fee"}))


def _row_said(line: Line, *, is_list: bool) -> str:
    """A row of a table that is none of ours in one line, without its number; the lines of its cells stay lines."""
    cells = list(distinct(line.cells))
    if is_list and line.table and len(cells) > 1 and re.fullmatch(r"\d{1,2}(?:\.\d{1,2})*[.)]?", cells[0]):
        del cells[0]
    if not line.table or any("\n" in cell for cell in cells) or sum(bool(NUMBER.search(cell)) for cell in cells) > 1:
        return "\n".join(cells)
    return (": " if len(cells) == 2 else " – ").join(cells)


def _is_end(line: Line, section: int) -> bool:
    """After the last section: what was amended, annexes, to whom it goes."""
    if section < 6:
        return False
    words = key(line.text)
    heading = len(words) <= 80 and (not line.table or len(list(distinct(line.cells))) == 1)
    return is_amendment_head(line.cells) or bool(heading and section == 7 and _END.fullmatch(words))


def _take_row(mode: tables.Mode, line: Line, desk: _Desk) -> None:
    cells = mode.cells_of(line)
    if mode.name == "steps":
        desk.steps.add(cells)
    elif mode.name == "components":
        if component := tables.component_of(cells, mode):
            desk.components.append(component)
            desk.counted = desk.counted or mode.counts
    elif mode.name == "forms":
        if cells.get("name") or cells.get("code"):
            desk.forms.append(
                Form(cells.get("code", "").replace("\n", " ")[:60], " ".join(cells.get("name", "").split())[:300])
            )
    elif cells.get("name"):
        desk.records.append(
            RecordKept(" ".join(cells["name"].split())[:300], " ".join(cells.get("place", "").split())[:200], cells.get("retention", "").replace("\n", " ")[:100])
        )  # fmt: skip


# --- small things ----------------------------------------------------------------------------------


def _said(lines: Sequence[str]) -> str:
    text = "\n".join(line for line in lines if line.strip())
    return "" if _NOTHING.match(key(text)) else text


def _items(lines: Sequence[str]) -> list[str]:
    rows = [row for line in lines for row in line.split("\n")]
    items = [" ".join(_BULLET.sub("", row).split()).strip(" ;") for row in rows]
    return [item for item in items if item and not _NOTHING.match(key(item.strip(".")))]


def _clip(text: str, length: int = 120) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + "…"


def _bases(lines: Sequence[str], doubts: list[Doubt]) -> Iterator[LegalBasis]:
    for item in _items(lines):
        found = NUMBER.search(item)
        if not found:
            if len(item.split()) > 2:
                doubts.append(Doubt("basis_unclear", _clip(item)))
                yield LegalBasis(_clip(item, 60), item[:500])
            continue
        before, after = item[: found.start()].rstrip(" ,"), item[found.end() :].strip(" :,.;–-")
        before = re.sub(r"\s*(?:số|so)\s*$", "", before, flags=re.IGNORECASE).strip(" :,-–")
        yield LegalBasis(found[0], " ".join(filter(None, [before, after]))[:500])


def _sets(lines: Sequence[str]) -> int:
    found = re.search(r"\b(\d{1,2})\b", " ".join(lines))
    return max(1, int(found[1])) if found else 1


def _limit(lines: Sequence[str], doubts: list[Doubt]) -> tuple[Time, str]:
    words = _said(lines)
    if not words:
        return Time(), ""
    read = limit_of(words)
    if not read.told or not read.time.given or read.time.reckoned is None:
        doubts.append(Doubt("limit_unclear", _clip(words)))
        return Time(), words[:500]
    plain_limit = re.fullmatch(r"[\W\d]*(?:\w+\s*){0,9}[.;]?", words) and len(words) <= 40
    return read.time, "" if plain_limit else words[:500]


def _forms(lines: Sequence[str]) -> Iterator[Form]:
    for item in _items(lines):
        found = re.match(r"((?:BM|MB|M|Mẫu|Phụ lục|PL)[ .\-]?[\w.\-/]*\d[\w.\-/]*)\s*[:–\-.]?\s+(.+)", item)
        if found:
            yield Form(found[1][:60], found[2].strip(" :–-")[:300])


def _records(lines: Sequence[str]) -> list[RecordKept]:
    return [
        RecordKept(item[:300])
        for item in _items(lines)
        if not re.search(r"\bluu (?:tai|giu|tru)\b|thoi (?:gian|han) luu", key(item))
    ]


def _with_retention(records: Sequence[RecordKept], lines: Sequence[str]) -> Iterator[RecordKept]:
    """“Hồ sơ được lưu tại …, thời gian lưu 05 năm” below the list says it of every record that says nothing itself."""
    text = " ".join(" ".join(lines).split())
    place = re.search(r"lưu (?:giữ |trữ )?(?:tại|ở)\s+([^,.;]+)", text, re.IGNORECASE)
    time = re.search(r"(?:thời (?:gian|hạn) lưu(?: trữ| giữ)?|lưu trữ?)\s*:?\s*(?:là |trong )?(\d+ (?:năm|tháng)|vĩnh viễn)", text, re.IGNORECASE)  # fmt: skip
    for record in records:
        yield RecordKept(
            record.name,
            record.place or (place[1].strip()[:200] if place else ""),
            record.retention or (time[1] if time else ""),
        )
