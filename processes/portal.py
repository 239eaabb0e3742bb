"""Records of the national portal, taken apart.

Published copies hold whole tables glued into one text (“Trực tuyến5 Ngày làm việcMiễn phíTrực tiếp…”); better ones hold
lists of rows. Both are read here. Where the seams are not certain a doubt is left instead of a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from documents.content import LegalBasis, TimeUnit
from processes.catalogue import Doubt, Paper, Result, TimeRow
from processes.models import Channel
from tenants.sources import Rejected, bare, clean

NOTHING = {"", "khong co thong tin", "khong co", "khong", "n a", "null", "none"}
CHANNELS = {
    "truc tiep": Channel.DIRECT,
    "tai cho": Channel.DIRECT,
    "dich vu buu chinh": Channel.POST,
    "buu chinh": Channel.POST,
    "qua buu dien": Channel.POST,
    "truc tuyen": Channel.ONLINE,
    "nop truc tuyen": Channel.ONLINE,
}
UNITS = {
    "ngay lam viec": TimeUnit.WORKING_DAY,
    "ngay": TimeUnit.CALENDAR_DAY,
    "gio lam viec": TimeUnit.HOUR,
    "gio": TimeUnit.HOUR,
    "thang": TimeUnit.MONTH,
}
AMOUNT = r"\d{1,4}(?:[.,]\d{1,2}(?!\d))?"
UNIT = r"(?:Ngày làm việc|Ngày|Giờ làm việc|Giờ|Tháng)"
CURRENCY = r"(?:Việt Nam Đồng|VNĐ|VND|đồng|Đồng|USD|EUR|[A-Z]{3})"
MONEY = rf"\d{{1,3}}(?:[.,]\d{{3}})* {CURRENCY}"
CHANNEL_ROW = re.compile(
    rf"(?P<channel>Trực tuyến|Dịch vụ bưu chính|Trực tiếp)\s*"
    rf"(?:(?P<time>Không có thông tin|{AMOUNT} *{UNIT}|\d{{1,3}}(?![\d.,]))\s*"
    rf"(?P<fee>Miễn phí|Không có thông tin|{MONEY})?"
    rf"|(?P<glued>[\d.,]+ {CURRENCY}))"  # 5500,000 Việt Nam Đồng: 5 and 500,000, or 55 and 00,000
)
CHANNEL_HEAD = re.compile(r"^\s*Hình thức nộp\s*Thời gian\s*Phí, lệ phí\s*Mô tả")
TIME = re.compile(rf"^({AMOUNT})\s*({UNIT})?$", re.IGNORECASE)

PAPER_HEAD = re.compile(r"Tên giấy tờ\s*Mẫu đơn, tờ khai\s*Số lượng")
# A count ends a row; a count inside a sentence has a blank before it, or goes on in small letters.
COUNT = re.compile(
    r"(?<=\S)(?<!\d)(?<!\d[.,])(\d{1,2}) (bản chính|bản sao)(?:, ?(\d{1,2}) (bản sao|bản chính))?(?=[^\s.;)]|\s*$)"
)
ENDING = r"\.(?:docx?|pdf|xlsx?|rtf|odt)"
FILE = re.compile(  # a file name glued to the end: 7.Tokhai.doc, Mẫu TP-CC-02.docx (also several), Tokhai.doc
    rf"(?<=[^\s\d(,/\-])(\d{{1,2}}\.+[A-Za-z][\w\-.() ]{{0,80}}?{ENDING})$"
    rf"|(?<=[^\s(])((?:Mẫu [^\n/]{{1,40}}?{ENDING})+)$|(?<=[a-zà-ỹ;).])([A-ZĐ][\w\-()]{{0,60}}{ENDING})$"
)

BASIS_HEAD = re.compile(r"^\s*Tên văn bản pháp lý\s*Mã văn bản")
ISSUER = (
    r"(?:NĐ-CP|NQ-CP|NQ-HĐND|NQ-UBTVQH\d{2}|UBTVQH\d{2}|QĐ-TTg|CT-TTg|QĐ-UBND|PL-UBTVQH\d{2}|QH\d{2}|L-CTN"
    r"|TT(?:LT)?(?:-(?:BTP|BTC|BCA|BNV|BQP|BNG|BTTTT|BYT|BGDĐT|BKHCN|BKHĐT|BKH|BLĐTBXH|BNNPTNT|BNNMT|BTNMT|BXD|BGTVT|BCT"
    r"|BVHTTDL|BDTTG|VPCP|NHNN|TTCP|TANDTC|VKSNDTC|KTNN))+|[A-ZĐ]+(?:-[A-ZĐ]+)+(?![a-zà-ỹ]))"
)
NUMBER = re.compile(rf"\d{{1,4}}(?:\.\d{{1,2}})?/(?:\d{{4}}/)?{ISSUER}")
KINDS = "Thông tư liên tịch|Thông tư|Nghị định|Nghị quyết|Quyết định|Pháp lệnh|Bộ luật|Luật"
SEAM = re.compile(rf"(?<=[a-zà-ỹ])(?=(?:{KINDS}) )")  # a cell without a number ran into the next name
KIND_BEFORE = re.compile(rf"(?:{KINDS})(?: số)? $")

RESULT_CODE = re.compile(r"Mã:\s*([\w.\-]*?)(?=Từ khóa|[A-ZĐÀ-Ỹ][a-zà-ỹđ]|\s|$)")
RESULT_TAIL = re.compile(r"Từ khóa.*$", re.DOTALL)
REAL_RESULT = re.compile(r"^KQ\.[A-Z]\d{2}\.\d{6}$")
SHORT = 120

Tell = Callable[[Doubt], None]


def text_of(value: Any) -> str:
    """Clean text; “Không có thông tin” is none. A list becomes lines."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(text_of, value)))
    text = clean(value)
    return "" if bare(text) in NOTHING else text


def words_of(value: Any) -> str:
    """The same on one line."""
    return " ".join(text_of(value).split())


def several(value: Any) -> tuple[str, ...]:
    """Names in one cell: one a line, or separated by ; or by a comma with an ordinary blank before a capital.

    Inside one name the portal writes commas with a no-break space (“xã,\xa0phường,\xa0thị trấn”), so those stay.
    """
    if isinstance(value, list):
        return tuple(dict.fromkeys(name for item in value for name in several(item)))
    raw = value.replace(",\xa0", ",\x1a") if isinstance(value, str) else value
    parts = re.split(r"[\n;]|, (?=[A-ZĐÀ-Ỹ])(?![^(]*\))", str(raw).replace("\r", "\n") if raw is not None else "")
    names = (words_of(part.replace("\x1a", " ")).rstrip(".").strip() for part in parts)
    return tuple(dict.fromkeys(name for name in names if name))


# --- times and fees ------------------------------------------------------------------------------


def channels(value: Any, tell: Tell) -> tuple[TimeRow, ...]:
    """The ways to submit with time, fee and text, and doubts about the times."""
    if isinstance(value, list):
        rows = tuple(_channel_item(item) for item in value)
    else:
        rows = tuple(_channel_rows(text_of(value), tell))
    numbers = {(row.amount, row.unit): row for row in rows if row.amount}
    if not numbers:
        tell(Doubt("no_time"))
    if len(numbers) > 1:
        tell(Doubt("times_differ", "; ".join(_told(row) for row in numbers.values())))
    for row in numbers.values():
        if not row.unit:
            tell(Doubt("no_unit", row.amount))
    return rows


def _told(row: TimeRow) -> str:
    unit = {TimeUnit(known): words for words, known in reversed(TOLD)}.get(TimeUnit(row.unit)) if row.unit else ""
    return f"{row.amount} {unit}".strip()


TOLD = [
    ("giờ làm việc", TimeUnit.HOUR),
    ("ngày làm việc", TimeUnit.WORKING_DAY),
    ("ngày", TimeUnit.CALENDAR_DAY),
    ("tháng", TimeUnit.MONTH),
]


def _channel_rows(text: str, tell: Tell) -> Iterator[TimeRow]:
    text = CHANNEL_HEAD.sub("", text)
    found = list(CHANNEL_ROW.finditer(text))
    if not found:
        if text:
            tell(Doubt("unread", text[:SHORT]))
            yield TimeRow(text=text)
        return
    if found and (lost := text[: found[0].start()].strip()):
        tell(Doubt("unread", lost[:SHORT]))
    for row, after in zip(found, [*found[1:], None], strict=True):
        amount, unit = _time(row["time"] or "")
        fee = row["fee"] or row["glued"] or ""
        if row["glued"]:
            tell(Doubt("fee_unsure", row[0]))
        rest = text[row.end() : after.start() if after else len(text)].strip()
        note, description = _bracket(rest)
        yield TimeRow(
            channel=CHANNELS[bare(row["channel"])],
            said=row["channel"],
            amount=amount,
            unit=unit,
            fee=f"{words_of(fee)} {note}".strip(),
            text=description,
        )


def _bracket(text: str) -> tuple[str, str]:
    """The bracket a text begins with, to its own closing, and what follows."""
    if not text.startswith("("):
        return "", text
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return " ".join(text[: place + 1].split()), text[place + 1 :].strip()
    return " ".join(text.split()), ""


def _channel_item(item: Any) -> TimeRow:
    """A row as an object or as a list [channel, time, fee, description]."""
    if isinstance(item, list):
        item = dict(zip(("hinh thuc nop", "thoi gian", "phi le phi", "mo ta"), item, strict=False))
    if not isinstance(item, dict):
        return TimeRow(text=text_of(item))
    cells = {bare(str(name)): value for name, value in item.items()}
    said = words_of(_first(cells, "hinh thuc nop", "hinh thuc", "kenh", "channel"))
    time = words_of(_first(cells, "thoi gian", "thoi han", "thoi han giai quyet", "time"))
    amount, unit = _time(time)
    text = text_of(_first(cells, "mo ta", "description", "ghi chu"))
    if time and not amount:
        text = f"{time}\n{text}".strip()
    fee = words_of(_first(cells, "phi le phi", "phi", "le phi", "fee"))
    return TimeRow(CHANNELS.get(bare(said), ""), said, amount, unit, fee, text)


def _first(cells: dict[str, Any], *names: str) -> Any:
    return next((cells[name] for name in names if cells.get(name) not in (None, "")), "")


def _time(words: str) -> tuple[str, str]:
    """“5 Ngày làm việc” → ("5", "working_day"); a number alone has no unit; anything else is no time."""
    found = TIME.match(words.strip())
    if not found:
        return "", ""
    try:
        amount = Decimal(found[1].replace(",", "."))
    except InvalidOperation:
        return "", ""
    unit = UNITS[bare(found[2])] if found[2] else ""
    return (f"{amount.normalize():f}", str(unit)) if amount > 0 else ("", "")


# --- papers --------------------------------------------------------------------------------------


def papers(value: Any, tell: Tell) -> tuple[Paper, ...]:
    """The papers of the dossier under their headings, with counts and form."""
    if isinstance(value, list):
        return tuple(paper for item in value if (paper := _paper_item(item)).name)
    text = text_of(value)
    if not text:
        return ()
    heading, *tables = PAPER_HEAD.split(text)
    if not tables:
        tell(Doubt("unread", text[:SHORT]))
        return tuple(Paper(words_of(line)) for line in text.splitlines() if line.strip())
    found: list[Paper] = []
    for number, body in enumerate(tables):
        rows, tail = _paper_rows(body)
        group = _heading(heading)
        found += [Paper(**row, group=group) for row in rows]
        heading = tail
        if number == len(tables) - 1 and tail:
            tell(Doubt("unread", tail[:SHORT]))
            found.append(Paper(words_of(tail), group=group))
    return tuple(found)


def _heading(text: str) -> str:
    return words_of(text).strip("-*: ").strip()


def _paper_rows(body: str) -> tuple[list[dict[str, Any]], str]:
    rows, start = [], 0
    for count in COUNT.finditer(body):
        counts = {count[2]: int(count[1])} | ({count[4]: int(count[3])} if count[3] else {})
        name, form = _form(body[start : count.start()].strip())
        start = count.end()
        if name or form:
            copies = {"originals": counts.get("bản chính", 0), "copies": counts.get("bản sao", 0)}
            rows.append({"name": name or form, "form": form, **copies})
    return rows, body[start:].strip()


def _form(text: str) -> tuple[str, str]:
    """The file name of a form is glued to the end of the paper's name."""
    found = FILE.search(text)
    name, form = (text[: found.start()], found[0]) if found else (text, "")
    return " ".join(name.split()).lstrip("-+* ").strip(), " ".join(form.split())


def _paper_item(item: Any) -> Paper:
    if isinstance(item, list):
        item = dict(zip(("ten giay to", "mau don to khai", "ban chinh", "ban sao"), item, strict=False))
    if not isinstance(item, dict):
        return Paper(words_of(item))
    cells = {bare(str(name)): value for name, value in item.items()}
    quantity = words_of(_first(cells, "so luong", "quantity"))
    counted = {words: int(number) for number, words in re.findall(r"(\d{1,2}) (bản chính|bản sao)", quantity)}
    return Paper(
        name=words_of(_first(cells, "ten giay to", "giay to", "ten", "paper", "name")),
        originals=_count(_first(cells, "ban chinh", "originals")) or counted.get("bản chính", 0),
        copies=_count(_first(cells, "ban sao", "copies")) or counted.get("bản sao", 0),
        form=words_of(_first(cells, "mau don to khai", "mau don", "bieu mau", "form")),
        group=words_of(_first(cells, "nhom", "truong hop", "group")),
    )


def _count(value: Any) -> int:
    found = re.match(r"\d{1,2}", words_of(value))
    return int(found[0]) if found else 0


# --- legal bases ---------------------------------------------------------------------------------


def legal_bases(value: Any, tell: Tell) -> tuple[LegalBasis, ...]:
    """Number and name of each legal document, once."""
    if isinstance(value, list):
        found = [_basis_item(item) for item in value]
    else:
        found = list(_bases(BASIS_HEAD.sub("", text_of(value)), tell))
    unique = {(basis.number or basis.name): basis for basis in found if basis.number or basis.name}
    if not unique:
        tell(Doubt("no_legal_basis"))
    return tuple(unique.values())


def _bases(text: str, tell: Tell) -> Iterator[LegalBasis]:
    """Name and number alternate without a seam. A number inside a name follows a blank; the cell's own does not."""
    start = 0
    for found in NUMBER.finditer(text):
        before = text[start : found.start()]
        kind = KIND_BEFORE.search(before)
        glued = kind is not None and kind.start() > 0 and not before[kind.start() - 1].isspace()
        if not glued and (before[-1:].isspace() or before.endswith("(") or not before):
            continue  # spoken of in the name
        *others, name = SEAM.split(" ".join((before[: kind.start()] if glued and kind else before).split()))
        for other in others:
            tell(Doubt("unread", other[:SHORT]))
            yield LegalBasis("", other.strip(" .;"))
        yield LegalBasis(found[0], name.strip(" .;"))
        start = found.end()
    if rest := " ".join(text[start:].split()).strip(" .;"):
        numbers = NUMBER.findall(rest)
        tell(Doubt("unread", rest[:SHORT]))
        yield LegalBasis(numbers[0] if numbers else "", rest)


def _basis_item(item: Any) -> LegalBasis:
    if isinstance(item, list):
        item = dict(zip(("ten van ban", "ma van ban"), item, strict=False))
    if not isinstance(item, dict):
        text = words_of(item)
        found = NUMBER.search(text)
        return LegalBasis(found[0] if found else "", text)
    cells = {bare(str(name)): value for name, value in item.items()}
    number = words_of(_first(cells, "ma van ban", "so ky hieu", "so hieu", "so van ban", "number"))
    return LegalBasis(number, words_of(_first(cells, "ten van ban phap ly", "ten van ban", "trich yeu", "ten", "name")))


# --- results and agencies ------------------------------------------------------------------------


def results(value: Any, tell: Tell) -> tuple[Result, ...]:
    """What the applicant receives, with the code of the result; the portal's form around it is cut off."""
    if isinstance(value, list):
        found = [_result_item(item) for item in value]
    else:
        found = list(_results(RESULT_TAIL.sub("", text_of(value))))
    for result in found:
        if result.code and not REAL_RESULT.match(result.code):
            tell(Doubt("odd_result", result.code))
    return tuple(result for result in found if result.name or result.code)


def _results(text: str) -> Iterator[Result]:
    start = 0
    for code in RESULT_CODE.finditer(text):
        yield Result(" ".join(text[start : code.start()].split()), code[1])
        start = code.end()
    if rest := " ".join(text[start:].split()):
        yield Result(rest)


def _result_item(item: Any) -> Result:
    if not isinstance(item, dict):
        return Result(words_of(item))
    cells = {bare(str(name)): value for name, value in item.items()}
    name = _first(cells, "ten ket qua", "ten", "ket qua", "name")
    return Result(words_of(name), words_of(_first(cells, "ma", "ma ket qua", "code")))


def agencies(value: Any, tell: Tell) -> tuple[str, ...]:
    """Names of agencies; a piece of running text that strayed into the cell is left out with a doubt."""
    try:
        text = text_of(value)
    except Rejected:
        return ()
    if len(text) > 600 or (text and text[0].islower()):
        tell(Doubt("odd_agency", " ".join(text.split())[:SHORT]))
        return ()
    found = several(value)
    for name in found:
        if len(name) > 150 or name[0].islower():
            tell(Doubt("odd_agency", name[:SHORT]))
    return tuple(name for name in found if len(name) <= 150)
