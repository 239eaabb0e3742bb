"""The cover of a paper: code, title, kind, issue, dates, who signed, what was amended (domain §3.1).

Offices lay it out in tables, in lines, or in the running head; what they share are the labels. Names of files help
where the paper says nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from documents.amendment_table import EMPTY, amendments_in, is_amendment_head
from documents.kinds_read import heading_said, kind_said
from documents.paper_lines import Line, Paper, counts_rows, distinct, is_page_number, key, small
from documents.signers_read import is_name, signers_in
from documents.understanding import Amended, Doubt, Found, Signer, Sure

LABELS = {
    "code": ("ma hieu tai lieu", "ma so tai lieu", "ma hieu", "ma so", "ma tai lieu", "ma quy trinh", "ma hoa", "ma van ban", "ky hieu", "so hieu", "document code", "document id", "document no", "doc no", "code"),
    "issue": ("lan ban hanh lan sua doi", "lan ban hanh sua doi", "lan ban hanh", "ban hanh lan thu", "ban hanh lan", "lan phat hanh", "lan bh", "phien ban", "issue no", "issue", "version"),
    "revision": ("lan sua doi", "sua doi lan thu", "sua doi lan", "lan soat xet", "soat xet lan thu", "soat xet lan", "lan hieu chinh", "so lan sua doi", "lan sd", "soat xet", "revision no", "revision", "rev"),
    "issued_on": ("ngay ban hanh", "ngay phat hanh", "ngay bh", "ngay ky", "date of issue", "issue date"),
    "effective_from": ("ngay co hieu luc", "ngay hieu luc", "hieu luc tu ngay", "co hieu luc tu ngay", "hieu luc tu", "ngay ap dung", "in force from", "effective date"),
    "title": ("ten tai lieu", "ten quy trinh", "ten van ban", "ten bieu mau", "tieu de", "title"),
    "": ("so trang", "tong so trang", "trang", "page", "nguoi viet", "nguoi soan thao", "soan thao", "nguoi kiem tra", "kiem tra", "xem xet", "phe duyet", "nguoi phe duyet", "don vi", "phong", "noi nhan", "ngay sua doi", "owner", "organisation", "approved by", "author", "status", "classification", "last update", "template version", "to"),
}  # fmt: skip
_SHORT = {"ma qt": "code", "ma": "code", "hieu luc": "effective_from"}  # labels only where a colon follows
_IF_NUMBER = {"ban hanh": "issue", "sua doi": "revision"}  # labels only of a number: “Ban hành: lần 3”
_NAMES = {label: name for name, labels in LABELS.items() for label in labels}
_LABEL = re.compile(
    r"(?<![^\W_])(" + "|".join(sorted((label.replace(" ", r"[ \W]{1,3}") for label in _NAMES), key=len, reverse=True)) + r"|" + "|".join([*_SHORT, *_IF_NUMBER]) + r")(?![^\W_])"
)  # fmt: skip
_A_NUMBER = re.compile(r"(?:lan )?(?:thu )?\d{1,2}")
_EDGE = " \t:.;,|–—-·•_*…()/"
CODE = re.compile(r"[^\W_][\w./\-]*", re.UNICODE)
LONGEST_CODE = 40  # signs
TOP = 15  # lines in which a code may stand without a label
PREFIXES = r"QT|QTTN|QTNB|QTHT|BM|HD|HDCV|QC|QĐ|QD|STCL|ST|CSCL|CS|MTCL|MT|CNNV|MTCV|TB|HTQLCL|KH|PL|TL|SOP|WI|FM|QM|QP"
_KNOWN = re.compile(rf"(?:{PREFIXES})(?![^\W_])")
_SERVICE = re.compile(r"\d\.\d{6}(?:\.\S*)?")  # the number of a national procedure
_FILE_CODE = re.compile(rf"(?<![^\W_])((?:{PREFIXES})(?:[ ._/\-]*[A-ZĐ]{{1,8}}(?![a-zà-ỹ])){{0,2}}(?:[ ._/\-]*\d{{1,3}}(?!\d)){{1,3}}(?-i:[-_/][A-ZĐ]{{2,8}}(?![^\W_]))?)", re.IGNORECASE)  # fmt: skip
_LETTER_NUMBER = re.compile(r"(?:QĐ|QD|TB|KH)[ ._/\-]*\d{1,3}", re.IGNORECASE)  # of a decision: “QĐ 19-2014” is no code
_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})(?!\d)")
_ISO_DAY = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_LONG_DAY = re.compile(r"(?:ngay\s+)?\b(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(\d{4})")
_IN_WORDS = {"dau": 1, "mot": 1, "nhat": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5}
_WITH_DECISION = re.compile(r"kem theo (?:quyet dinh|qd)\b")
_PLACE_AND_DAY = re.compile(
    r"^[^\W\d][^,\n]{1,40}, ngày \d{1,2} tháng \d{1,2} năm \d{4}\W*$", re.MULTILINE | re.IGNORECASE
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_OFFICE = re.compile(  # with their tones: Sở is no Sổ, Bộ no Bổ nhiệm, Phường no Phương án
    r"(?:[uủ][yỷ] ban nhân dân|ubnd|cộng h[oò][aà] xã hội|độc lập|sở |tỉnh |huyện |quận |xã |phường |đặc khu |thị trấn|thành phố|tp[ .]|"
    r"bộ (?!phận|luật|thủ tục|tài liệu|quy|tiêu)|tổng cục|chi cục|cục |trung tâm |ban (?!hành)|văn phòng|đảng ủy|hội đồng)"
)
_NO_TITLE = re.compile(
    r"(?:he thong quan ly|tai lieu he thong|tai lieu noi bo|tcvn|logo|trang (?:\d|bia)|muc luc|iso |chuong \d|phan \d|lich su (?:sua|thay|ban)|"
    r"(?:bang |kiem soat |so )?(?:theo doi |tinh trang )*(?:sua doi|thay doi)(?: tai lieu|$)|(?:danh sach |noi )?phan phoi)"
)
_ACRONYMS = "UBND HĐND TTHC ISO TCVN HTQLCL QLCL QSDĐ QSD CBCC CBCCVC KPH HĐKP BCĐ CNTT TNHH HKD BHYT BHXH VPQH TN&TKQ KH&CN CCHC BVMT PCCC GPXD TB&XH VHTT KCN".split()


@dataclass(frozen=True)
class Cover:
    facts: dict[str, Found]
    signers: tuple[Signer, ...]
    amendments: tuple[Amended, ...]
    doubts: tuple[Doubt, ...]


def read_cover(paper: Paper, until: int, name: str) -> Cover:
    """What stands before line `until` of the body, in the running head and in the file's name."""
    lines = paper.body[:until]
    front = _without_lists(lines)
    doubts: list[Doubt] = []
    facts: dict[str, Found] = {}
    said = dict(_labelled(front, "cover"))
    for fact, found in _labelled(paper.head, "header"):
        said.setdefault(fact, found)
    _read_numbers(said, facts, doubts)
    _read_code(said.get("code") or _bare_code([*paper.head, *front[:TOP]]), name, facts, doubts)
    for fact in ("issued_on", "effective_from"):
        if fact in said:
            _read_day(fact, said[fact], facts, doubts)
    if "issued_on" not in said and (day := _day_of_issue(front)):
        facts["issued_on"] = Found(day.isoformat(), "cover", Sure.LIKELY)
    _read_title(said.get("title"), paper, front, name, facts, doubts)
    return Cover(facts, signers_in(lines), amendments_in(paper.body), tuple(doubts))


def _without_lists(lines: Sequence[Line]) -> Sequence[Line]:
    """Without lists of documents or forms: their codes, titles and days are those of others."""
    tables: dict[int, list[Line]] = {}
    for line in lines:
        tables.setdefault(line.table, []).append(line)
    lists = {number for number, rows in tables.items() if number and _is_list(rows)}
    return [line for line in lines if line.table not in lists]


def _is_list(rows: Sequence[Line]) -> bool:
    """Whether its head names columns of codes or titles that are counted; a cover has values beside its labels, or labels
    below.
    """
    head, *rest = rows
    if not counts_rows(head.cells) or is_amendment_head(head.cells):
        return False
    said = {name: value for cell in head.cells for name, value, _is_last in _in_cell(cell) if name}
    is_of_documents = {"code", "title"} & said.keys() and not any(said.values())
    return bool(is_of_documents) and not any(_is_label_row(cell) for row in rest for cell in row.cells)


# --- labels --------------------------------------------------------------------------------------


def _labelled(lines: Sequence[Line], place: str) -> Iterator[tuple[str, Found]]:
    """Every label with what stands behind it, beside it, or below it; the first that says something."""
    seen: set[str] = set()
    no_code: Found | None = None
    amended = (0, 0)  # the table of amendments, and its width: there stand the numbers and days of other issues
    for at, line in enumerate(lines):
        if line.table and is_amendment_head(line.cells):
            amended = line.table, len(line.cells)
        elif line.table == amended[0] + 1 != lines[at - 1].table and _is_label_row(next(distinct(line.cells), "")):
            amended = (0, 0)  # no rest of it behind a break of the page
        if line.table and (line.table == amended[0] or (line.table - 1, len(line.cells)) == amended):
            continue
        for column, cell in enumerate(line.cells):
            for name, value, is_last in _in_cell(cell):
                if not name or name in seen:
                    continue
                where = place if not line.table or place == "header" else f"table:{line.table}"
                told = value or (_beside(lines, at, column) if is_last else "")
                if name in {"issue", "revision"} and is_name(told):
                    continue  # “Soát xét” heads a column of names here
                if name == "code" and told and not code_of(told):
                    no_code = no_code or Found(told, where)  # another line may say it better
                elif told:
                    seen.add(name)
                    yield name, Found(told, where)
    if no_code and "code" not in seen:
        yield "code", no_code


def _in_cell(cell: str) -> Iterator[tuple[str, str, bool]]:
    """(name, value, whether nothing of the cell comes after) of the labels that begin a line or have a colon."""
    rows = cell.split("\n")
    for number, row in enumerate(rows):
        found = [match for match in _LABEL.finditer(small(row)) if _is_label(row, match)]
        for match, following in zip(found, [*found[1:], None], strict=False):
            value = row[match.end() : following.start() if following else None].strip(_EDGE)
            below = rows[number + 1].strip(_EDGE) if number + 1 < len(rows) else ""
            if not value and following is None and below and not _is_label_row(below):
                value = below
            if match[0] in _IF_NUMBER and value and not _A_NUMBER.fullmatch(key(value)):
                continue
            yield _name_of(match), value, following is None and number + 1 >= len(rows)


def _name_of(label: re.Match[str]) -> str:
    return {**_NAMES, **_SHORT, **_IF_NUMBER}[key(label[0])]


def _is_label(row: str, match: re.Match[str]) -> bool:
    if match[0] in _SHORT and not re.match(r"[ .*]*:", row[match.end() :]):
        return False
    before, after = row[: match.start()].strip(" \t*•-–([|#"), row[match.end() :].lstrip(" *)")
    return (not before and (not after or after[0] in ":.…*-–" or len(after) < 30)) or bool(
        re.match(r"[\s.*)]*:", after)
    )


def _is_label_row(row: str) -> bool:
    """“Mã hiệu …”; but not “KIỂM TRA NHÀ NƯỚC VỀ ĐO LƯỜNG”, which is a title."""
    text = small(row).lstrip()
    match = _LABEL.match(text)
    return match is not None and bool(_name_of(match) or re.match(r"\W*(?:$|:)", row.strip()[match.end() :]))


def _beside(lines: Sequence[Line], at: int, column: int) -> str:
    """The next cell of the row that says something, else the cell below."""
    cells = lines[at].cells
    if not lines[at].table:
        return ""
    for cell in cells[column + 1 :]:
        if cell and cell != cells[column]:
            if _is_label_row(cell):
                break  # a row of labels: what they say stands below
            return cell.strip(_EDGE)
    if at + 1 < len(lines) and lines[at + 1].table == lines[at].table and column < len(lines[at + 1].cells):
        below = lines[at + 1].cells[column]
        return "" if _is_label_row(below) else below.strip(_EDGE)
    return ""


# --- code and numbers ------------------------------------------------------------------------------


def _bare_code(lines: Sequence[Line]) -> Found | None:
    """A row that is nothing but a code, as in the corner of a form."""
    rows = [row.strip(_EDGE) for line in lines for cell in distinct(line.cells) for row in cell.split("\n")]
    found = next((row for row in rows if _FILE_CODE.fullmatch(row) and not _LETTER_NUMBER.fullmatch(row)), None)
    return Found(found, "cover", Sure.LIKELY) if found else None


def _read_code(said: Found | None, name: str, facts: dict[str, Found], doubts: list[Doubt]) -> None:
    of_name = code_in_name(name)
    if said and (code := code_of(said.value)):
        facts["code"] = Found(code, said.place, said.sure)
        written = said.value.split("\n")[0]
        if "/" in written or key(code).replace(" ", "") != key(written).replace(" ", ""):
            doubts.append(Doubt("code_respelled", written[:60]))
        if of_name and key(of_name).replace(" ", "") != key(code).replace(" ", ""):
            doubts.append(Doubt("codes_differ", of_name))
        return
    if said:
        doubts.append(Doubt("code_unclear", said.value.split("\n")[0][:60]))
    if of_name:
        facts["code"] = Found(of_name, "name", Sure.LIKELY)
        doubts.append(Doubt("code_from_name", of_name))


def code_of(written: str) -> str:
    """As documents are addressed: “QT/HTQLCL/05” → QT.HTQLCL.05, “QT – 05” → QT-05. "" for what is none: no digit and no prefix
    offices use, the number of a national procedure, more than 40 signs.
    """
    text = unicodedata.normalize("NFC", written.split("\n", maxsplit=1)[0])
    text = re.sub(r"\s*[–—−‐‑-]\s*", "-", text)
    text = re.sub(r"\s*([./])\s*", r"\1", text)
    text = re.sub(r"(?<=[^\W\d_])\s+(?=\d)", ".", text.strip(_EDGE))
    found = CODE.match(text)
    code = found[0].replace("/", ".").strip(".-_") if found else ""
    told = re.search(r"\d.*[^\W\d_]|[^\W\d_].*\d|\d{3}", code) and not _SERVICE.fullmatch(code)
    return code if len(code) <= LONGEST_CODE and (told or (code.isupper() and _KNOWN.match(code))) else ""


def code_in_name(name: str) -> str:
    """The code a file's name begins with or holds: “01. QT-TP-01 Khai sinh.docx” → QT-TP-01."""
    stem = PurePath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem)
    found = _FILE_CODE.search(stem)
    if not found or (_LETTER_NUMBER.fullmatch(found[1]) and re.match(r"[ ._/\-]*(?:19|20)\d\d", stem[found.end() :])):
        return ""
    code = re.sub(r"\s*[ ]\s*", ".", found[1].strip(" ._-").upper())
    return code_of(code.replace("_", "."))


def _read_numbers(said: Mapping[str, Found], facts: dict[str, Found], doubts: list[Doubt]) -> None:
    issue, revision = said.get("issue"), said.get("revision")
    if issue:
        both = re.search(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})(?!\d|\s*[/.\-]\s*\d)", issue.value)
        if both:
            facts["issue"], facts["revision"] = (Found(str(int(part)), issue.place) for part in both.groups())
        else:
            _read_number("issue", issue, facts, doubts)
    if revision and "revision" not in facts:
        _read_number("revision", revision, facts, doubts)
    if facts.get("issue") and facts["issue"].value == "0":
        facts["issue"] = Found("1", facts["issue"].place, Sure.GUESSED)


def _read_number(name: str, said: Found, facts: dict[str, Found], doubts: list[Doubt]) -> None:
    words = key(said.value)
    digits = re.match(r"(?:lan |thu |so )*(\d{1,3})\b", words)
    roman = _ROMAN.get(words.split(" ")[0] if words else "")
    if digits and int(digits[1]) <= 999:
        facts[name] = Found(str(int(digits[1])), said.place)
    elif roman:
        facts[name] = Found(str(roman), said.place, Sure.LIKELY)
    elif number := _IN_WORDS.get(re.sub(r"^(?:lan |thu )+", "", words)):
        facts[name] = Found(str(number), said.place)
    elif said.value not in EMPTY and not re.fullmatch(r"[\W_]*", said.value):
        doubts.append(Doubt("number_unclear", said.value[:60]))


def day_in(text: str) -> dt.date | None:
    """A day as papers write it: 05/3/2026, 5.3.26, 2026-03-05, ngày 05 tháng 3 năm 2026."""
    if found := _ISO_DAY.search(text):
        year, month, day = found.groups()
    elif (found := _DAY.search(text)) or (found := _LONG_DAY.search(key(text))):
        day, month, year = found.groups()
    else:
        return None
    try:
        read = dt.date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
    return read if 1990 <= read.year <= 2100 else None


def _read_day(name: str, said: Found, facts: dict[str, Found], doubts: list[Doubt]) -> None:
    day = day_in(said.value)
    if day:
        facts[name] = Found(day.isoformat(), said.place)
    elif re.search(r"\d", said.value):
        doubts.append(Doubt("date_unclear", said.value[:60]))


def _day_of_issue(front: Sequence[Line]) -> dt.date | None:
    """Where no label says it: “Lần BH: 02, Ngày: 01/7/2025” in one cell; “kèm theo Quyết định số … ngày …”; the place and
    day of an administrative document: “Tân Hòa, ngày 12 tháng 5 năm 2024”.
    """
    for row, cell in [(line.cells, cell) for line in front for cell in distinct(line.cells)]:
        beside = re.search(r"(?:^|\n|[-–—,;/]\s*)ngày\s*:?\s*([\d./\s-]{6,14})", cell, re.IGNORECASE)
        if beside and any(name in {"code", "issue"} for other in row for name, _value, _last in _in_cell(other)):
            return day_in(beside[1])
        if (found := _WITH_DECISION.search(small(cell))) or (found := _PLACE_AND_DAY.search(cell)):
            return day_in(cell[found.start() :])
    return None


# --- title -----------------------------------------------------------------------------------------


def _read_title(
    said: Found | None, paper: Paper, front: Sequence[Line], name: str, facts: dict[str, Found], doubts: list[Doubt]
) -> None:
    found = said or _title_on(front) or _title_in_head(paper) or _title_at_top(paper, front)
    if (
        found is None
        and (title := paper.properties.get("title", ""))
        and len(key(title)) > 8
        and not code_in_name(title)
    ):
        found = Found(re.sub(r"^Microsoft Word - ", "", title), "properties", Sure.GUESSED)
    if found is None:
        found = Found(_stem_words(name), "name", Sure.GUESSED)
        doubts.append(Doubt("title_from_name"))
    words = re.sub(r"\(?(?:mã số |mã )?\d\.\d{6}[^)\s]*\)?", "", " ".join(found.value.split())).strip(' :-–#*"“”')
    if words.isupper() and len(words) > 6:
        words = sentence(words)
        doubts.append(Doubt("title_was_capital"))
    facts["title"] = Found(words[:500] or name[:500], found.place, found.sure)


def _title_on(lines: Sequence[Line]) -> Found | None:
    """The line that begins with a word of kind (“QUY TRÌNH …”), with the capital lines that go on."""
    pieces = [(row, line.table) for line in lines for cell in distinct(line.cells) for row in cell.split("\n")]
    for at, (row, table) in enumerate(pieces):
        if not _may_be_title(row) or (kind := kind_said(row) or heading_said(row)) is None:
            continue
        bare_kind = kind.is_whole
        if bare_kind and kind.is_title and at + 1 < len(pieces) and _is_subject(pieces[at + 1][0]):
            subject = pieces[at + 1][0]
            words = f"{sentence(row)} {subject[:1].lower()}{subject[1:]}"
            return Found(words, f"table:{table}" if table else "cover", Sure.LIKELY)
        rest = [row] if not bare_kind or kind.is_title else []
        if row.isupper() or bare_kind:
            for more, _table in pieces[at + 1 : at + 12]:
                if not rest and (_is_label_row(more) or day_in(more) or code_of(more) or len(key(more)) < 4):
                    continue  # beside the word of kind stand code and issue, the title below
                goes_on = more.isupper() or (not rest and _may_be_title(more))
                if not goes_on or not _may_be_title(more) or _is_label_row(more) or _FILE_CODE.fullmatch(more):
                    break
                again = kind_said(more)
                rest.append(more[again.length :] if again and not again.is_title and not rest else more)
        if rest:
            words = rest[0][kind.length :] if not kind.is_title and not bare_kind else rest[0]
            return Found(
                " ".join([words, *rest[1:]]).strip(" :-–"), f"table:{table}" if table else "cover", Sure.LIKELY
            )
    return None


def _is_subject(row: str) -> bool:
    """“Về việc công bố …”, “Hoạt động của Ban Chỉ đạo”: what a decision or regulation is about, in small letters."""
    return (
        _may_be_title(row)
        and not row.isupper()
        and row[0].isalpha()
        and not _is_label_row(row)
        and not re.match(r"(?:chuong|dieu|muc|phan|can cu|kinh gui)\b", key(row))
    )


def _may_be_title(row: str) -> bool:
    words = key(row)
    is_office = _OFFICE.match(row.strip().lower())
    return len(words) > 3 and len(row) <= 250 and not (is_office or _NO_TITLE.match(words) or is_page_number(row))


def _title_in_head(paper: Paper) -> Found | None:
    found = _title_on(paper.head)
    return found and Found(found.value, "header", Sure.LIKELY)


def _title_at_top(paper: Paper, front: Sequence[Line]) -> Found | None:
    """The first heading, or the first line in capitals."""
    rows = [
        (line, row) for line in (front or paper.body[:15]) for cell in distinct(line.cells) for row in cell.split("\n")
    ]
    for line, row in rows[:40]:
        if line.level == 1 and _may_be_title(row):
            return Found(row, "cover", Sure.LIKELY)
    for line, row in rows[:25]:
        if row.isupper() and not line.table and _may_be_title(row) and len(row.split()) > 2 and not _is_label_row(row):
            return Found(row, "cover", Sure.GUESSED)
    return None


def _stem_words(name: str) -> str:
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", PurePath(name.replace("\\", "/")).name)
    words = " ".join(_FILE_CODE.sub(" ", stem).replace("_", " ").split()).strip(" .-–")
    return re.sub(r"^\d{1,3}[. ]+(?=[^\W\d])", "", words) or stem


def sentence(words: str) -> str:
    """ĐĂNG KÝ KHAI SINH → Đăng ký khai sinh; known abbreviations stay."""
    known = {one.lower(): one for one in _ACRONYMS}
    low = [(known.get(word.strip(".,;:()").lower(), "") and word) or word.lower() for word in words.split()]
    text = " ".join(low)
    return text[:1].upper() + text[1:]
