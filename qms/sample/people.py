"""Agencies and people of the sample province. Hòa Giang does not exist; nobody in it does."""

from __future__ import annotations

from dataclasses import dataclass

from tenants.models import AgencyKind, Role

PASSWORD = "Hoa-Giang-2026"  # noqa: S105  (printed by the demo; the sample has nothing to protect)


@dataclass(frozen=True)
class Place:
    """An agency: slug, name, kind, symbol, slug of its superior, superior line, place name in letters."""

    slug: str
    name: str
    kind: str
    symbol: str
    parent: str = ""
    superior: str = ""
    place: str = ""
    predecessors: tuple[str, ...] = ()
    ended: bool = False  # on 30/06/2025


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    title: str
    unit: str
    roles: tuple[Role, ...]
    address: str = ""
    language: str = "vi"
    shown: str = ""  # the role under which the demo's table lists this sign-in
    staff: bool = False


PROVINCE = "UBND TỈNH HÒA GIANG"
COMMUNE = "TỈNH HÒA GIANG"


def _department(slug: str, name: str, symbol: str) -> Place:
    return Place(slug, name, AgencyKind.DEPARTMENT, symbol, "ubnd-tinh", PROVINCE, "Hòa Giang")


def _commune(slug: str, name: str, *, ward: bool = False, predecessors: tuple[str, ...] = ()) -> Place:
    words = "phường" if ward else "xã"
    kind = AgencyKind.WARD if ward else AgencyKind.COMMUNE
    initials = "".join(word[0] for word in slug.split("-")).upper()
    return Place(slug, f"UBND {words} {name}", kind, f"{initials}.UBND", "ubnd-tinh", COMMUNE, name, predecessors)


def _past(slug: str, name: str, kind: str, parent: str = "huyen-thanh-lam") -> Place:
    return Place(
        slug,
        name,
        kind,
        "UBND",
        parent,
        "HUYỆN THANH LÂM" if parent != "ubnd-tinh" else COMMUNE,
        name.rsplit(maxsplit=1)[-1],
        ended=True,
    )


PLACES = [
    Place("ubnd-tinh", "UBND tỉnh Hòa Giang", AgencyKind.PROVINCE, "UBND", place="Hòa Giang"),
    _department("so-khcn", "Sở Khoa học và Công nghệ", "SKHCN"),
    _department("so-noi-vu", "Sở Nội vụ", "SNV"),
    _department("so-tu-phap", "Sở Tư pháp", "STP"),
    _department("so-xay-dung", "Sở Xây dựng", "SXD"),
    _department("so-nnmt", "Sở Nông nghiệp và Môi trường", "SNNMT"),
    _department("so-tai-chinh", "Sở Tài chính", "STC"),
    Place("chi-cuc-tdc", "Chi cục Tiêu chuẩn Đo lường Chất lượng", AgencyKind.SUB_DEPARTMENT, "TĐC", "so-khcn",
          "SỞ KHOA HỌC VÀ CÔNG NGHỆ", "Hòa Giang"),
    Place("chi-cuc-kiem-lam", "Chi cục Kiểm lâm", AgencyKind.SUB_DEPARTMENT, "KL", "so-nnmt",
          "SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "Hòa Giang"),
    _past("huyen-thanh-lam", "UBND huyện Thanh Lâm", AgencyKind.DISTRICT, "ubnd-tinh"),
    _past("xa-tan-an-cu", "UBND xã Tân An", AgencyKind.COMMUNE),
    _past("xa-hoa-lac-cu", "UBND xã Hòa Lạc", AgencyKind.COMMUNE),
    _past("xa-dong-son-cu", "UBND xã Đông Sơn", AgencyKind.COMMUNE),
    _past("xa-khe-trung-cu", "UBND xã Khê Trung", AgencyKind.COMMUNE),
    _commune("tan-hoa", "Tân Hòa", predecessors=("xa-tan-an-cu", "xa-hoa-lac-cu")),
    _commune("dong-khe", "Đông Khê", predecessors=("xa-dong-son-cu", "xa-khe-trung-cu")),
    _commune("phu-lam", "Phú Lâm"),
    _commune("yen-phuc", "Yên Phúc"),
    _commune("minh-son", "Minh Sơn"),
    _commune("song-van", "Song Vân"),
    _commune("cam-thach", "Cẩm Thạch"),
    _commune("nam-cuong", "Nam Cường"),
    _commune("bac-son", "Bắc Sơn", ward=True),
    _commune("thanh-lam", "Thanh Lâm", ward=True),
    _commune("hong-ha", "Hồng Hà", ward=True),
    _commune("quang-trung", "Quang Trung", ward=True),
]  # fmt: skip

LEADERS, OFFICE, DESK = "Lãnh đạo UBND", "Văn phòng HĐND và UBND", "Trung tâm Phục vụ hành chính công"
JUSTICE, ECONOMY = "Tư pháp – Hộ tịch", "Phòng Kinh tế"

FULL_CAST = {
    "tan-hoa": [
        Person("duc", "Trần Văn Đức", "Chủ tịch, Trưởng Ban Chỉ đạo ISO", LEADERS, (Role.AGENCY_HEAD,), "anh", shown="head of the agency"),
        Person("oanh", "Nguyễn Thị Kim Oanh", "Phó Chủ tịch, Phó Trưởng Ban Chỉ đạo ISO", LEADERS, (Role.DEPUTY_HEAD,), "chị",
               shown="deputy head"),
        Person("khanh", "Phạm Quốc Khánh", "Thư ký ISO", OFFICE, (Role.ISO_SECRETARY, Role.AGENCY_ADMIN), "anh", shown="ISO secretary"),
        Person("nhung", "Vũ Hồng Nhung", "Văn thư", OFFICE, (Role.DOCUMENT_CONTROLLER,), "chị", shown="document controller"),
        Person("tuan", "Đỗ Minh Tuấn", "Công chức Một cửa", DESK, (Role.RECEPTIONIST,), "anh", shown="clerk at the one-stop desk"),
        Person("ha", "Lê Thu Hà", "Công chức Tư pháp – Hộ tịch", JUSTICE, (Role.OFFICER,), "chị", shown="officer"),
        Person("thanh", "Bùi Xuân Thành", "Phụ trách Tư pháp – Hộ tịch", JUSTICE, (Role.UNIT_HEAD,), "anh", shown="head of unit"),
        Person("bao", "Hoàng Gia Bảo", "Công chức Địa chính – Xây dựng", ECONOMY, (Role.OFFICER, Role.INTERNAL_AUDITOR), "anh"),
        Person("hieu", "Đinh Trọng Hiếu", "Trưởng Phòng Kinh tế", ECONOMY, (Role.UNIT_HEAD,), "anh"),
        Person("mai", "Ngô Thị Mai", "Chuyên viên Văn phòng", OFFICE, (Role.LEAD_AUDITOR, Role.INTERNAL_AUDITOR), "chị",
               shown="lead auditor (also in Phú Lâm)"),
    ],
    "phu-lam": [
        Person("lan", "Trương Thị Lan", "Chủ tịch, Trưởng Ban Chỉ đạo ISO", LEADERS, (Role.AGENCY_HEAD,), "chị", shown="head of the agency"),
        Person("son", "Vi Văn Sơn", "Phó Chủ tịch", LEADERS, (Role.DEPUTY_HEAD,), "anh", shown="deputy head"),
        Person("yen", "Nông Thị Yến", "Thư ký ISO", OFFICE, (Role.ISO_SECRETARY, Role.AGENCY_ADMIN), "chị", shown="ISO secretary"),
        Person("quy", "Mạc Văn Quý", "Văn thư", OFFICE, (Role.DOCUMENT_CONTROLLER,), "anh", shown="document controller"),
        Person("long", "Lý Thành Long", "Công chức Một cửa", DESK, (Role.RECEPTIONIST,), "anh", shown="clerk at the one-stop desk"),
        Person("diep", "Hứa Ngọc Diệp", "Công chức Tư pháp – Hộ tịch", JUSTICE, (Role.OFFICER,), "chị", language="en",
               shown="officer (reads English)"),
        Person("phuc", "Chu Đình Phúc", "Phụ trách Tư pháp – Hộ tịch", JUSTICE, (Role.UNIT_HEAD,), "anh", shown="head of unit"),
        Person("tho", "Dương Hữu Thọ", "Công chức Địa chính – Xây dựng", ECONOMY, (Role.OFFICER, Role.INTERNAL_AUDITOR), "anh",
               shown="internal auditor"),
        Person("giang", "Lục Trường Giang", "Trưởng Phòng Kinh tế", ECONOMY, (Role.UNIT_HEAD,), "anh"),
        Person("mai", "Ngô Thị Mai", "Đánh giá viên mời", OFFICE, (Role.LEAD_AUDITOR,), "chị"),
    ],
    "so-khcn": [
        Person("hung", "Tạ Quang Hùng", "Giám đốc", "Lãnh đạo Sở", (Role.AGENCY_HEAD,), "anh"),
        Person("ngoc", "Lương Thị Bích Ngọc", "Phó Giám đốc", "Lãnh đạo Sở", (Role.DEPUTY_HEAD, Role.OVERSEER), "chị",
               shown="overseer of the lead department"),
        Person("trang", "Phan Thùy Trang", "Thư ký ISO", "Văn phòng Sở", (Role.ISO_SECRETARY, Role.AGENCY_ADMIN), "chị"),
        Person("kien", "Đặng Trung Kiên", "Chuyên viên", "Phòng Quản lý chất lượng", (Role.OFFICER, Role.INTERNAL_AUDITOR), "anh"),
    ],
    "ubnd-tinh": [
        Person("quantri", "Quản trị hệ thống", "Quản trị nền tảng", "Văn phòng", (Role.AGENCY_ADMIN, Role.ISO_SECRETARY),
               shown="platform administrator", staff=True),
        Person("binh", "Hà Thái Bình", "Phó Chủ tịch UBND tỉnh", "Lãnh đạo UBND", (Role.AGENCY_HEAD, Role.PROVINCE_LEADER), "anh",
               shown="province leader"),
        Person("thuy", "Cao Lệ Thủy", "Phó Chánh Văn phòng", "Văn phòng", (Role.DEPUTY_HEAD,), "chị"),
    ],
}  # fmt: skip

FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Vũ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Nông",
    "Vi",
    "Lục",
    "Mạc",
    "Hứa",
)
MIDDLE_M, GIVEN_M = (
    ("Văn", "Đức", "Quốc", "Minh", "Xuân", "Đình"),
    ("An", "Cường", "Dũng", "Hải", "Khoa", "Nam", "Phong", "Quân", "Tùng", "Việt"),
)
MIDDLE_F, GIVEN_F = (
    ("Thị", "Thu", "Ngọc", "Thùy", "Kim", "Bích"),
    ("Anh", "Châu", "Dung", "Hạnh", "Hương", "Liên", "Nga", "Phương", "Quyên", "Vân"),
)


def small_cast(place: Place, seed: int) -> list[Person]:
    """The people of an agency whose story is not told in detail."""

    def person(nth: int, title: str, unit: str, *roles: Role) -> Person:
        number = seed * 7 + nth * 5
        woman = (seed + nth) % 2
        middle, given = (MIDDLE_F, GIVEN_F) if woman else (MIDDLE_M, GIVEN_M)
        words = (
            FAMILY[number % len(FAMILY)],
            middle[(number // 2) % len(middle)],
            given[(number // 3 + nth) % len(given)],
        )
        return Person(f"{place.slug}-{nth}", " ".join(words), title, unit, roles, "chị" if woman else "anh")

    communal = place.kind in (AgencyKind.COMMUNE, AgencyKind.WARD)
    head, deputy = ("Chủ tịch", "Phó Chủ tịch") if communal else ("Giám đốc", "Phó Giám đốc")
    if place.kind == AgencyKind.SUB_DEPARTMENT:
        head, deputy = "Chi cục trưởng", "Phó Chi cục trưởng"
    people = [
        person(1, head, LEADERS if communal else "Lãnh đạo", Role.AGENCY_HEAD),
        person(2, deputy, LEADERS if communal else "Lãnh đạo", Role.DEPUTY_HEAD),
        person(
            3,
            "Thư ký ISO",
            OFFICE if communal else "Văn phòng",
            Role.ISO_SECRETARY,
            Role.AGENCY_ADMIN,
            Role.DOCUMENT_CONTROLLER,
        ),
    ]
    if communal:
        people += [
            person(4, "Công chức Một cửa", DESK, Role.RECEPTIONIST),
            person(5, "Công chức Tư pháp – Hộ tịch", JUSTICE, Role.OFFICER, Role.UNIT_HEAD),
            person(6, "Công chức Địa chính – Xây dựng", ECONOMY, Role.OFFICER, Role.UNIT_HEAD),
        ]
    return people


def sign_ins() -> list[tuple[str, str, str, str]]:
    """(role, agency, user name, password) of everybody the demo's table names."""
    names = {place.slug: place.name for place in PLACES}
    return [
        (person.shown, names[slug], person.username, PASSWORD)
        for slug, people in FULL_CAST.items()
        for person in people
        if person.shown
    ]
