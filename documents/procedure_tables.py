"""The tables of a procedure: steps, components of the dossier, forms, records kept. Each is known by the words of its head."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from documents.content import Component, Step, Time, Who
from documents.norms import norm_of
from documents.paper_lines import Line, counts_rows, distinct, key
from documents.understanding import Doubt
from tenants.models import Role

COLUMNS = {
    "steps": {
        "number": r"(?:t ?t|stt|so tt|buoc|b|no|so)",
        "who": r"(?:bo phan |nguoi |don vi |ca nhan |chuc danh |doi tuong |co quan |chiu )*(?:trach nhiem|tham quyen|thuc hien|phu trach|chu tri|xu ly|giai quyet|don vi ca nhan)(?: thuc hien| xu ly| chinh| giai quyet| ho so| cong viec)*|responsible|don vi nguoi thuc hien|nguoi don vi thuc hien|vi tri thuc hien",
        "time": r"(?:thoi gian|thoi han|so ngay|dinh muc thoi gian|tg)(?: thuc hien| xu ly| giai quyet| theo| quy dinh| toi da| gio| ngay| phut| lam viec| hoan thanh| toi thieu| quy dinh| du kien| ho so| dinh muc)*|time",
        "form": r"(?:mo ta )?(?:ho so |bieu mau|mau bieu|tai lieu|ket qua|san pham|ho so)(?: bieu mau| ket qua| ho so| san pham| mau bieu| tai lieu| dau ra| thuc hien| lien quan| ap dung| kem theo)*|form result",
        "notes": r"(?:dien giai|mo ta|ghi chu|huong dan)(?: chi tiet| cong viec| noi dung| thuc hien| cach thuc)*",
        "name": r"(?:trinh tu|tien trinh|luu do|noi dung|cong viec|cac buoc|ten buoc|buoc cong viec|buoc thuc hien|hoat dong|trinh tu thuc hien|cac buoc thuc hien)(?: cong viec| thuc hien| cac buoc| buoc| trinh tu| xu ly| giai quyet| cac cong viec| hoat dong| quy trinh| tthc| ho so| noi dung)*|what is done",
    },
    "components": {
        "number": r"(?:t ?t|stt|no)",
        "originals": r"(?:so )?ban chinh|originals",
        "copies": r"(?:so )?ban sao(?: chung thuc)?|ban photo|copies",
        "counts": r"so luong(?: ban)?|so ban",
        "form": r"(?:mau|bieu mau|mau don to khai|ky hieu|ghi chu)",
        "name": r"(?:thanh phan|ten|danh muc|loai)?(?: ?ho so| giay to| cac giay to| tai lieu)+(?: bao gom| gom| can nop| phai nop)?|thanh phan ho so|ten giay to|giay to|noi dung|thanh phan|paper",
    },
    "forms": {
        "number": r"(?:t ?t|stt|no)",
        "code": r"(?:ma (?:hieu|so)|ky hieu|so hieu|ma)(?: bieu mau| mau| bm)*|code",
        "name": r"(?:ten )(?:cac )?(?:bieu mau|mau bieu|mau|bieu)(?: phu luc)?|bieu mau|name of the form",
    },
    "records": {
        "number": r"(?:t ?t|stt|no)",
        "code": r"(?:ma (?:hieu|so)|ky hieu)(?: ho so)?",
        "name": r"(?:ten |loai |danh muc )?(?:ho so|tai lieu)(?: luu| can luu| luu tru| luu giu| ho so)*|record",
        "place": r"(?:noi|dia diem|bo phan|don vi|trach nhiem|nguoi)(?: luu| giu)+(?: tru| giu)?|place kept",
        "retention": r"(?:thoi (?:gian|han))(?: luu| giu| bao quan)*(?: tru| giu)?|retention",
    },
}  # fmt: skip
_HEADS = {table: {name: re.compile(pattern) for name, pattern in columns.items()} for table, columns in COLUMNS.items()}
_TOTAL = re.compile(r"^(?:tong|cong|all steps)\b")
_ROW_NUMBER = re.compile(r"(?:b|buoc|s|step|khau)? ?\d{1,2}[a-z]?")
_COUNTED = re.compile(r"(?:b|bước\s*)?0?(\d{1,2})\s*[.:)/–-]\s*(\D.*)", re.IGNORECASE)
_WHO = [  # the first that is found in the words names the role; what a resident does has no role
    (r"\b(?:nguoi nop|cong dan|nguoi dan|khach hang|nguoi yeu cau|to chuc ca nhan|ca nhan to chuc|nguoi khieu nai|chu dau tu)\b", ""),
    (r"\b(?:mot cua|tn ?tkq|tn va tkq|tiep nhan va tra|ttpvhcc|phuc vu hanh chinh cong|bptn|bpmc|tiep nhan)\b", Role.RECEPTIONIST),
    (r"\b(?:pho chu tich|pho giam doc|pho truong ban|pct|pgd|pho chi cuc truong|pho thu truong|dai dien lanh dao|qmr)\b", Role.DEPUTY_HEAD),
    (r"\b(?:truong ban (?:chi dao|bcd|iso))\b", Role.AGENCY_HEAD),
    (r"\b(?:truong phong|lanh dao phong|truong bo phan|lanh dao (?:don vi|chuyen mon|phong chuyen mon|van phong|ban|to|doi|bo phan)|phu trach (?:bo phan|phong)|(?<!thu )truong don vi|chanh van phong|truong ban|phong chuyen mon)\b", Role.UNIT_HEAD),
    (r"\b(?:ct ubnd|chu tai khoan|gd so|chu tich|lanh dao (?:ubnd|uy ban|so|co quan|xa|phuong|chi cuc|huyen|trung tam)|giam doc|thu truong|nguoi dung dau|chi cuc truong|lanh dao)\b", Role.AGENCY_HEAD),
    (r"\b(?:thu ky iso|thu ky|ban iso|bcd iso)\b", Role.ISO_SECRETARY),
    (r"\b(?:van thu|kiem soat tai lieu)\b", Role.DOCUMENT_CONTROLLER),
    (r"\b(?:truong doan|doan truong)\b", Role.LEAD_AUDITOR),
    (r"\b(?:danh gia vien|doan danh gia)\b", Role.INTERNAL_AUDITOR),
    (r"\b(?:cong chuc|can bo|chuyen vien|vien chuc|nhan vien|ch?uyen mon|tu phap|ho tich|dia chinh|ke toan|dia phuong|nguoi duoc phan cong|cb|cc|cv)\b", Role.OFFICER),
]  # fmt: skip
_WHO_PATTERNS = [(re.compile(pattern), role) for pattern, role in _WHO]


@dataclass(frozen=True)
class Whom:
    """Who can be responsible: the units of the agency by name (`key`) → id."""

    units: Mapping[str, int] = field(default_factory=dict)

    def named(self, words: str) -> tuple[Who, str]:
        """A unit of the agency by its very name, else a role by words; (ROLE, "") where nothing is recognised."""
        said = key(words)
        if unit := self.units.get(said):
            return Who.UNIT, str(unit)
        roles = [role for pattern, role in _WHO_PATTERNS if role and pattern.search(said)]
        return Who.ROLE, str(roles[0]) if roles else ""


@dataclass
class Mode:
    """We are inside such a table: which column is what, and of which table the last row was."""

    name: str
    columns: dict[str, int]
    width: int
    table: int
    counts: bool = False
    unit: str = ""  # of times, where the head of their column says it: “Thời gian (giờ)”

    def cells_of(self, line: Line) -> dict[str, str]:
        cells = {name: line.cells[at] for name, at in self.columns.items() if at < len(line.cells)}
        if "more" in cells:  # two columns for what is done: “Bước | Nội dung”, “Tên bước | Cách làm”
            more = cells.pop("more")
            if not cells["name"] or _ROW_NUMBER.fullmatch(key(cells["name"])):
                cells["number"], cells["name"] = cells.get("number") or cells["name"], more
            elif "notes" not in cells:
                cells["notes"] = more
        if self.unit and re.fullmatch(r"\d{1,3}(?:[.,]\d{1,2})?", cells.get("time", "").strip()):
            cells["time"] = f"{cells['time'].strip()} {self.unit}"
        return cells


def mode_of(line: Line, section: int, part: str) -> Mode | None:
    """The table whose head this row is. Where several could be, the section decides."""
    if _ROW_NUMBER.fullmatch(key(next(distinct(line.cells), ""))):
        return None  # “4 | Ký chứng thực | … | Bản sao” is a row
    found = _columns_of(line)
    steps = found["steps"]
    if {"name", "who"} <= steps.keys() or (
        {"name", "time"} <= steps.keys() and part in {"steps", ""} and section in {0, 5}
    ):
        return _mode("steps", steps, line)
    components = found["components"]
    if part == "components" or {"originals", "copies"} & components.keys():
        counts = bool({"originals", "copies", "counts"} & components.keys())
        if counts and ("name" in components or len(line.cells) > 1):
            if "name" not in components:
                taken = set(components.values())
                components["name"] = next((at for at, cell in enumerate(line.cells) if cell and at not in taken), 0)
            return _mode("components", components, line, counts=counts)
        if part == "components" and "name" in components and len(components) > 1:
            return _mode("components", components, line)
    if section == 7 and "name" in found["records"] and len(found["records"]) > 1:
        return _mode("records", found["records"], line)
    if section in {0, 6} and {"name", "code"} <= found["forms"].keys():
        return _mode("forms", found["forms"], line)
    if section == 6 and "name" in found["forms"] and len(found["forms"]) > 1:
        return _mode("forms", found["forms"], line)
    return None


def _columns_of(line: Line) -> dict[str, dict[str, int]]:
    """For every table what each column would be, were this row its head."""
    found: dict[str, dict[str, int]] = {}
    for table, heads in _HEADS.items():
        columns: dict[str, int] = {}
        for at, cell in enumerate(line.cells):
            words = key(cell.replace("\n", " "))
            name = next(
                (name for name, pattern in heads.items() if name not in columns and pattern.fullmatch(words)), ""
            )
            if name and words:
                columns[name] = at
            elif table == "steps" and "name" in columns and heads["name"].fullmatch(words):
                columns.setdefault("more", at)
        if (
            table == "steps"
            and "name" not in columns
            and "number" in columns
            and key(line.cells[columns["number"]]).startswith("buoc")
        ):
            columns["name"] = columns.pop("number")  # a column of steps that has no other for their names
        found[table] = columns
    return found


def _mode(name: str, columns: dict[str, int], line: Line, *, counts: bool = False) -> Mode:
    head = line.cells[columns["time"]] if "time" in columns else ""
    unit = re.search(r"\(\s*(giờ|ngày|phút|h)\b", head, re.IGNORECASE)
    return Mode(name, columns, len(line.cells), line.table, counts, unit[1].lower() if unit else "")


def goes_on(mode: Mode, line: Line) -> bool:
    """A row of the same table, or of one that a break of the page cut off: as wide as the first, without a head of its own."""
    if line.table == mode.table:
        return True
    return line.table == mode.table + 1 and len(line.cells) == mode.width and not counts_rows(line.cells)


# --- steps -----------------------------------------------------------------------------------------


@dataclass
class Steps:
    """Rows of the step table, put together where a page or a merged cell divided them."""

    rows: list[dict[str, str]] = field(default_factory=list)
    from_above: list[str] = field(default_factory=list)  # numbers of steps whose responsible is that of the one before
    total: str = ""
    notes: int = 0

    def add(self, cells: dict[str, str]) -> None:
        cells = {name: value.strip() for name, value in cells.items()}
        first = key(cells.get("number") or cells.get("name", ""))
        if _TOTAL.match(first) or _TOTAL.match(key(cells.get("name", ""))):
            self.total = cells.get("time", "")
            return
        if not any(cells.get(name) for name in ("name", "who", "time", "form")):
            return
        if not self.rows and not cells.get("name") and not cells.get("who"):
            return  # a second row of the head: “Bình thường | Khẩn”
        is_from_above = False
        if self.rows and cells.get("number") and cells.get("name") and "who" in cells and not cells["who"]:
            cells["who"] = self.rows[-1].get("who", "")  # merged with the cell above, as offices do, or forgotten
            is_from_above = bool(cells["who"])
        if self.rows and self._continues(cells):
            last = self.rows[-1]
            for name, value in cells.items():
                if value and value != last.get(name):
                    last[name] = f"{last[name]}\n{value}" if last.get(name) else value
            return
        self.rows.append(cells)
        if is_from_above:
            self.from_above.append(str(len(self.rows)))

    def _continues(self, cells: dict[str, str]) -> bool:
        """No number of its own, and nobody or no time of its own: the rest of the row before."""
        last = self.rows[-1]
        number = cells.get("number", "")
        if "number" in cells and number and number != last.get("number"):
            return False
        if "number" not in cells:
            return not cells.get("name")
        same_name = not cells.get("name") or cells["name"] == last.get("name")
        return same_name or not (cells.get("who") or cells.get("time"))

    def read(self, whom: Whom, doubts: list[Doubt]) -> tuple[Step, ...]:
        steps, unknown, unclear, guessed = [], [], [], []
        names = _without_numbers([" ".join(row.get("name", "").split()) for row in self.rows])
        for number, (row, name) in enumerate(zip(self.rows, names, strict=True), 1):
            who_words = " ".join(row.get("who", "").split())[:200]
            who, target = whom.named(who_words)
            if not target:
                unknown.append(str(number))
            elif who == Who.ROLE and who_words not in guessed:
                guessed.append(who_words)
            norm = norm_of(row.get("time", ""))
            time = norm.time if norm.time.given and norm.time.reckoned else Time()
            if not norm.told or (norm.time.given and not time.given):
                unclear.append(str(number))
            if len(name) > 500:
                doubts.append(Doubt("cut", f"{name[:60]}…"))
            steps.append(Step(name[:500], who, target, who_words, time, " ".join(row.get("form", "").split())[:300]))
        if unknown:
            doubts.append(Doubt("who_unknown", ", ".join(unknown)))
        if self.from_above:
            doubts.append(Doubt("who_from_above", ", ".join(self.from_above)[:300]))
        if guessed:
            doubts.append(Doubt("who_guessed", "; ".join(guessed)[:300]))
        if unclear:
            doubts.append(Doubt("norm_unclear", ", ".join(unclear)))
        if any(row.get("notes") for row in self.rows):
            doubts.append(Doubt("not_kept", next(row["notes"] for row in self.rows if row.get("notes"))[:120]))
        self._compare_total(steps, doubts)
        return tuple(steps)

    def _compare_total(self, steps: Sequence[Step], doubts: list[Doubt]) -> None:
        read = norm_of(self.total)
        total = sum(step.norm.minutes for step in steps)
        if self.total and read.time.given and read.time.minutes != total:
            doubts.append(Doubt("total_differs", self.total[:60]))


def _without_numbers(names: Sequence[str]) -> list[str]:
    """“Bước 1: Tiếp nhận”, “2. Vào sổ” without what only counts them, where it counts every one."""
    found = [_COUNTED.fullmatch(name) for name in names]
    counted = [(int(match[1]), match[2]) for match in found if match]
    return (
        [name for _number, name in counted]
        if [number for number, _name in counted] == [*range(1, len(names) + 1)]
        else [*names]
    )


# --- components ------------------------------------------------------------------------------------


def component_of(cells: dict[str, str], mode: Mode) -> Component | None:
    name = " ".join(cells.get("name", "").split()).lstrip("-–•+* ")
    if not name or _TOTAL.match(key(name)):
        return None
    originals, copies = _count(cells.get("originals", "")), _count(cells.get("copies", ""))
    counts = cells.get("counts", "")
    if counts:
        originals = _counted(counts, r"ban chinh|ban goc")
        copies = _counted(counts, r"ban sao|ban photo|ban chup")
        if not originals and not copies:
            originals = _count(counts) or 1
    elif not mode.counts:
        originals = 1
    form = " ".join(cells.get("form", "").split())[:200]
    found = re.fullmatch(r"(.*\S)\s*\(([^()]*(?:[Mm]ẫu|BM|TP)[^()]*\d[^()]*)\)", name)
    if found and not form:
        name, form = found[1], found[2][:200]
    return Component(name[:1000], originals, copies, form)


def _count(cell: str) -> int:
    """x and ✓ are one; 01 is one; – and nothing are none."""
    words = key(cell)
    if found := re.search(r"\d{1,2}", words):
        return int(found[0])
    return int(words in {"x", "v", "co", "yes", "mot"} or any(sign in cell for sign in "✓✔√☑☒●•×"))


def _counted(words: str, what: str) -> int:
    found = re.search(rf"(\d{{1,2}})\s*(?:\(\w+\)\s*)?(?:{what})", key(words))
    return int(found[1]) if found else int(bool(re.search(what, key(words))))
