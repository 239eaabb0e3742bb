"""Which kind of document a paper is, by its code, by the words of its title, by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from documents.codes import FIELD, NUMBER
from documents.models import Kind
from documents.paper_lines import key, small
from documents.understanding import Found, Sure

# Words a paper's title begins with. `False`: the words are no title of their own, what follows is.
_SAID: list[tuple[str, Kind | None, bool]] = [
    (r"chinh sach chat luong", Kind.POLICY, True),
    (r"muc tieu chat luong", Kind.OBJECTIVES, True),
    (r"so tay(?: chat luong| iso)?|mo hinh (?:khung )?he thong quan ly chat luong|mo hinh htqlcl", Kind.MANUAL, True),
    (r"quy trinh he thong", Kind.SYSTEM_PROCEDURE, False),
    (r"quy trinh tac nghiep", Kind.OPERATIONAL_PROCEDURE, False),
    (r"quy trinh noi bo", Kind.INTERNAL_PROCEDURE, False),
    (r"quy trinh (?:noi bo )?(?:giai quyet |thuc hien )?(?:thu tuc hanh chinh|tthc)(?=\W*$)", None, False),
    (r"quy trinh iso(?: 9001)?(?: 20\d\d)?|quy trinh|thu tuc|qui trinh", None, False),
    (r"huong dan cong viec", Kind.WORK_INSTRUCTION, False),
    (r"huong dan", Kind.WORK_INSTRUCTION, True),
    (r"quy che|noi quy|quy dinh", Kind.REGULATION, True),
    (r"chuc nang,? nhiem vu|quy dinh chuc nang", Kind.FUNCTIONS, True),
    (r"ban mo ta cong viec|mo ta cong viec|mo ta vi tri viec lam", Kind.JOB_DESCRIPTION, True),
    (r"quyet dinh", Kind.DECISION, True),
    (r"ban cong bo|thong bao", Kind.ANNOUNCEMENT, True),
    (r"bieu mau", Kind.FORM, False),
    (r"phieu|mau so|mau|so theo doi|danh muc|bien ban|bang tong hop", Kind.FORM, True),
    (r"tai lieu ben ngoai", Kind.EXTERNAL, False),
    (r"ke hoach thuc hien muc tieu", Kind.OBJECTIVES, True),
    (r"system procedure", Kind.SYSTEM_PROCEDURE, False),
    (r"operational procedure", Kind.OPERATIONAL_PROCEDURE, False),
    (r"internal procedure", Kind.INTERNAL_PROCEDURE, False),
    (r"procedure", None, False),
    (r"work instruction", Kind.WORK_INSTRUCTION, False),
    (r"quality policy", Kind.POLICY, True),
    (r"quality objectives", Kind.OBJECTIVES, True),
    (r"quality manual", Kind.MANUAL, True),
]
_GUESSED = [  # headings of papers that are no kind of their own here
    (r"ke hoach|chuong trinh|thong cao", Kind.ANNOUNCEMENT),
    (r"luat|bo luat|nghi dinh|thong tu|nghi quyet|chi thi|tieu chuan(?: quoc gia)?|tcvn|quy chuan", Kind.EXTERNAL),
]
_SAYING = [(re.compile(rf"(?:{pattern})(?![^\W_])"), kind, is_title) for pattern, kind, is_title in _SAID]
_HEADING = [(re.compile(rf"(?:{pattern})(?![^\W_])"), kind) for pattern, kind in _GUESSED]
_SYSTEM = re.compile(
    r"kiem soat (?:tai lieu|thong tin|ho so)|thong tin dang van ban|danh gia noi bo|khong phu hop|hanh dong khac phuc|xem xet cua lanh dao|"
    r"rui ro|thoa man|hai long|khieu nai.*khach hang|control of documented|documented information|internal audit|nonconform|corrective action|"
    r"management review|risk|improvement|context of|interested parties|monitoring"
)  # fmt: skip
_CHAPTER = re.compile(  # of a handbook that has one paper for each clause
    r"^(?:roles responsibilities|leadership|resources|competence|communication|operational planning|requirements for products|design and development|"
    r"control of externally|production and service|qms|process map|planning of changes|quality management system)"
)  # fmt: skip
_FOR_RESIDENTS = re.compile(
    r"(?:thu tuc )?(?:cap (?:giay|ban sao|doi|lai|phep|chung chi|the|trich luc)|dang ky (?:lai |lai viec )?(?:khai|ket hon|nuoi con|giam ho|nhan cha|thuong tru|"
    r"tam tru|ho kinh doanh|dat dai|bien dong)|chung thuc|xac nhan (?:tinh trang|ho|thong tin)|cong nhan (?:ho|danh hieu|viec)|tro giup xa hoi|tiep nhan va tra)"
)
_PREFIX = [  # of codes as offices write them, longest first
    (r"cscl|cs", Kind.POLICY), (r"mtcl", Kind.OBJECTIVES), (r"stcl|st|mh", Kind.MANUAL), (r"mtcv", Kind.JOB_DESCRIPTION),
    (r"qt[ .\-_]?(?:ht|htqlcl|iso)", Kind.SYSTEM_PROCEDURE), (r"qtht", Kind.SYSTEM_PROCEDURE), (r"qttn", Kind.OPERATIONAL_PROCEDURE), (r"qtnb|qt[ .\-_]?nb", Kind.INTERNAL_PROCEDURE),
    (r"bm|mb|fm", Kind.FORM), (r"hdcv|hd|wi", Kind.WORK_INSTRUCTION), (r"qc", Kind.REGULATION), (r"cnnv", Kind.FUNCTIONS),
    (r"qd", Kind.DECISION), (r"tb", Kind.ANNOUNCEMENT), (r"bn", Kind.EXTERNAL),
]  # fmt: skip
_PREFIXES = [(re.compile(rf"(?:{pattern})(?![a-z])"), kind) for pattern, kind in _PREFIX]


@dataclass(frozen=True)
class Said:
    """The words of a kind at the start of a line: `length` signs; `is_whole` when nothing follows; `is_title` when they
    belong to the title itself.
    """

    kind: Kind | None
    length: int
    is_whole: bool
    is_title: bool


def kind_said(row: str) -> Said | None:
    text = small(row)
    indent = len(text) - len(text.lstrip())
    for pattern, kind, is_title in _SAYING:
        if found := pattern.match(text, indent):
            return Said(kind, found.end(), not text[found.end() :].strip(), is_title)
    return None


def heading_said(row: str) -> Said | None:
    """Likewise of a row in capitals that tells the kind only by a guess: KẾ HOẠCH, THÔNG TƯ."""
    text = small(row)
    indent = len(text) - len(text.lstrip())
    matches = ((pattern.match(text, indent), kind) for pattern, kind in _HEADING if row.isupper())
    return next(
        (Said(kind, found.end(), not text[found.end() :].strip(), True) for found, kind in matches if found), None
    )


def kind_of(
    code: Found | None, title: str, cover: list[str], patterns: Mapping[str, str], *, serves_residents: bool
) -> Found | None:
    """The kind, and by what it was recognised. None when nothing tells."""
    said = next(
        (
            begun.kind
            for row in cover
            if (begun := kind_said(row))
            and begun.kind
            and (begun.is_whole or (begun.is_title and (row.isupper() or key(row) == key(title))))
        ),
        None,
    )
    if code and (kind := _by_pattern(code.value, patterns)):
        if kind in {Kind.OPERATIONAL_PROCEDURE, Kind.INTERNAL_PROCEDURE}:
            return Found(_procedure(title, said, serves_residents), "pattern", Sure.LIKELY)
        return Found(kind, "pattern")
    if said:
        return Found(said, "cover", Sure.LIKELY)
    words = key(title)
    is_procedure = any(
        words_said and words_said.kind is None for row in [title, *cover] if (words_said := kind_said(row))
    )
    small_code = small(code.value) if code else ""
    if code and (kind := next((kind for pattern, kind in _PREFIXES if pattern.match(small_code)), None)):
        return Found(kind, code.place, Sure.LIKELY)
    if is_procedure or small_code.startswith(("qt", "sop", "qp")) or serves_residents:
        return Found(
            _procedure(words, None, serves_residents), "text", Sure.LIKELY if serves_residents else Sure.GUESSED
        )
    if (named := kind_said(title)) and named.kind:
        return Found(named.kind, "text", Sure.LIKELY)
    if _SYSTEM.search(words):
        return Found(Kind.SYSTEM_PROCEDURE, "text", Sure.GUESSED)
    if _CHAPTER.search(words):
        return Found(Kind.MANUAL, "text", Sure.GUESSED)
    guess = next((begun.kind for row in (title.upper(), *cover) if (begun := heading_said(row))), None)
    return Found(guess, "text", Sure.GUESSED) if guess else None


def _procedure(title: str, said: Kind | None, serves_residents: bool) -> Kind:
    words = key(title)
    if said in {Kind.SYSTEM_PROCEDURE, Kind.OPERATIONAL_PROCEDURE, Kind.INTERNAL_PROCEDURE}:
        return said
    if _SYSTEM.search(words) and not serves_residents:
        return Kind.SYSTEM_PROCEDURE
    if serves_residents or _FOR_RESIDENTS.match(words):
        return Kind.OPERATIONAL_PROCEDURE
    return Kind.INTERNAL_PROCEDURE


def _by_pattern(code: str, patterns: Mapping[str, str]) -> Kind | None:
    """The kind whose pattern this code follows; the pattern with more written out goes first."""
    for kind, pattern in sorted(patterns.items(), key=lambda item: (FIELD in item[1], -len(item[1]))):
        before, width, after = NUMBER.split(pattern, maxsplit=1)
        shape = "".join(
            [
                re.escape(before).replace(re.escape(FIELD), r"[\w.\-]{1,20}?"),
                rf"\d{{{len(width)},{len(width) + 2}}}",
                re.escape(after),
            ]
        )
        if re.fullmatch(shape, code, re.IGNORECASE):
            return Kind(kind)
    return None
