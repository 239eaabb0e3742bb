"""Who drafted, reviewed and approved a paper, with their titles, as its cover says it (domain §3.1-2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.amendment_table import EMPTY
from documents.paper_lines import Line, distinct, key
from documents.understanding import Signer

ROLES = {
    "drafted": (
        "nguoi soan thao", "soan thao", "nguoi viet", "bien soan", "nguoi bien soan", "nguoi lap", "drafted", "prepared by",
    ),
    "reviewed": (
        "nguoi xem xet", "xem xet", "nguoi kiem tra", "kiem tra", "soat xet", "nguoi soat xet", "tham tra", "tham xet",
        "tham dinh", "nguoi tham dinh", "ra soat", "nguoi ra soat", "reviewed", "checked by",
    ),
    "approved": ("nguoi phe duyet", "phe duyet", "nguoi duyet", "duyet", "approved", "approved by"),
}  # fmt: skip
_TITLE = re.compile(  # with their tones, for Chu, Trương, Phó, Văn and Thư are names of families
    r"(?:(?:chủ|trưởng|giám|chuyên|cán|thủ|nhân|lãnh|bí|phụ|chánh)|"
    r"phó (?:ban|bí|bộ|chánh|chi|chủ|công|cục|đoàn|đội|giám|hiệu|khoa|phòng|phụ|quản|thủ|tổ|tổng|trưởng|văn phòng|viện)|"
    r"văn (?:thư|phòng)|thư ký|công (?:an|chức|nhân|tác))\b"
)
_NAMED = re.compile(r"(?:ho (?:va )?ten|chuc (?:vu|danh)|vi tri|chu ky|ky ten)\b|ngay(?: ky| thang(?: nam)?)?$")
_ROLE_OF = {words: role for role, several in ROLES.items() for words in several}


def signers_in(lines: Sequence[Line]) -> tuple[Signer, ...]:
    """From the table of three columns, or of three rows: who drafted, reviewed, approved, with their titles."""
    for at, line in enumerate(lines):
        if not line.table:
            continue
        roles = {column: role for column, cell in enumerate(line.cells) if (role := _role(cell))}
        if len(set(roles.values())) >= 2:
            within = [_below_role(cell) for cell in line.cells]
            rows = [within, *(below.cells for below in lines[at + 1 :] if below.table == line.table)]
            signers = tuple(_in_columns(roles, rows))
            is_block = 0 in roles or not line.cells[0] or any(_NAMED.match(key(row[0])) for row in rows[1:])
            if is_block or any(signer.name for signer in signers):  # else who does this with which kind of document
                return signers
    rows = [line.cells for line in lines if line.table and line.cells and _role(next(distinct(line.cells), ""))]
    if len(rows) < 2:  # “Người soạn thảo: Nguyễn Thị Mai – Chuyên viên”
        rows = [
            (label, *re.split(r"\s+[-–—]\s+|\s*,\s*", said.strip()))
            for label, said in _said_in_lines(lines)
            if said.strip()
        ]
    return tuple(_in_rows(rows)) if len(rows) >= 2 else ()


def _said_in_lines(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    for line in lines:
        label, colon, said = line.text.partition(":")
        if not line.table and colon and _role(label):
            yield label, said


def _role(cell: str) -> str:
    return _role_and_rest(cell)[0]


def _below_role(cell: str) -> str:
    """What stands below the role in its own cell."""
    return _role_and_rest(cell)[1]


def _role_and_rest(cell: str) -> tuple[str, str]:
    """“NGƯỜI PHÊ DUYỆT”, in one line or two, and the lines below it."""
    rows = cell.split("\n")
    for count in (1, 2):
        words = " ".join(rows[:count])
        if len(words) < 60 and (role := _ROLE_OF.get(key(words.partition(":")[0]), "")):
            return role, "\n".join(rows[count:])
    return "", "\n".join(rows[1:])


def _in_columns(roles: dict[int, str], rows: Sequence[Sequence[str]]) -> Iterator[Signer]:
    done: set[str] = set()
    for column, role in roles.items():
        if role in done:
            continue
        done.add(role)
        name, title = _person(
            [(key(row[0]) if column and 0 not in roles else "", row[column]) for row in rows if column < len(row)]
        )
        if name or title:
            yield Signer(role, name[:150], title[:150])


def _person(cells: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Name and title out of the cells below a role, each with the word that stands at the head of its row."""
    name, title = "", ""
    for about, cell in cells:
        parts = [part for part in cell.split("\n") if part not in EMPTY and not _is_stamp(part)]
        if not parts or about.startswith(("chu ky", "ngay", "ky")):
            continue
        if "ho ten" in about or "ho va ten" in about or about == "ten":
            name = name or parts[0]
        elif about.startswith(("chuc vu", "chuc danh")):
            title = title or " ".join(parts)
        else:
            name, title = _told(parts, name, title)
    return name, title


def _told(parts: Sequence[str], name: str, title: str) -> tuple[str, str]:
    former = ""
    for part in parts:
        words = part.split(":", 1)[-1].strip()
        if re.match(r"(?:chuc vu|chuc danh)", key(part)):
            title = title or words
        elif is_name(part) and not name:
            name = words
        elif not title and (name or not is_name(part)):
            title = part
        elif former and title.endswith(former) and not is_name(part):
            title = f"{title} {part}"  # “Phó Chủ tịch”, below it “UBND xã”
        former = part
    return name, title


def _in_rows(rows: Sequence[Sequence[str]]) -> Iterator[Signer]:
    for row in rows:
        role, *rest = distinct(row)
        cells = [[part for part in cell.split("\n") if part not in EMPTY and not _is_stamp(part)] for cell in rest]
        name = next((part for cell in cells for part in cell if is_name(part)), "")
        titles = (" ".join(part for part in cell if part != name and not re.search(r"\d{4}", part)) for cell in cells)
        title = next(filter(None, titles), "")
        if name or title:
            yield Signer(_role(role), name[:150], title[:150])


def _is_stamp(part: str) -> bool:
    return bool(
        re.match(
            r"(?:\(?da ky|chua ky|ky so|ky ghi ro|ky dong dau|ky ten|ky va |signed|not signed|chu ky|\d|ngay(?: |$)|ho va ten$|ho ten$)",
            key(part),
        )
    )


def is_name(part: str) -> bool:
    """Two to six words, each with a capital: Nguyễn Thị Kim Oanh, or the same in capitals."""
    words = part.split(":", 1)[-1].split()
    capital = 2 <= len(words) <= 6 and all(word[0].isupper() and word.isalpha() for word in words)
    return capital and not _TITLE.match(" ".join(words).lower())
