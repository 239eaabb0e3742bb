"""The people of the tests: two communes and the lead department, all invented. Built through the deeds."""

from __future__ import annotations

from dataclasses import dataclass, field

from tenants.actions import appoint, open_agency, open_unit
from tenants.models import Agency, AgencyKind, Member, Role, Unit, User

PASSWORD = "mùa thu Hà Nội"


@dataclass
class Cast:
    """`cast.ha`, `cast.duc` … are members of Tân Hòa; `cast.lan`, … of Phú Lâm, the other commune."""

    agency: Agency
    other: Agency
    dost: Agency
    members: dict[str, Member] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Member:
        try:
            return self.members[name]
        except KeyError:
            raise AttributeError(name) from None


TAN_HOA = [  # key, name, title, unit, roles
    ("duc", "Trần Văn Đức", "Chủ tịch", "Lãnh đạo", [Role.AGENCY_HEAD]),
    ("oanh", "Nguyễn Thị Kim Oanh", "Phó Chủ tịch", "Lãnh đạo", [Role.DEPUTY_HEAD]),
    ("khanh", "Phạm Quốc Khánh", "Thư ký ISO", "Văn phòng", [Role.ISO_SECRETARY, Role.AGENCY_ADMIN]),
    ("nhung", "Vũ Hồng Nhung", "Văn thư", "Văn phòng", [Role.DOCUMENT_CONTROLLER]),
    ("tuan", "Đỗ Minh Tuấn", "Công chức Một cửa", "Một cửa", [Role.RECEPTIONIST]),
    ("ha", "Lê Thu Hà", "Công chức Tư pháp – Hộ tịch", "Tư pháp – Hộ tịch", [Role.OFFICER]),
    ("thanh", "Bùi Xuân Thành", "Phụ trách Tư pháp", "Tư pháp – Hộ tịch", [Role.UNIT_HEAD, Role.OFFICER]),
    ("bao", "Hoàng Gia Bảo", "Công chức Kinh tế", "Kinh tế", [Role.OFFICER, Role.INTERNAL_AUDITOR]),
    ("mai", "Ngô Thị Mai", "Công chức Văn phòng", "Văn phòng", [Role.LEAD_AUDITOR, Role.INTERNAL_AUDITOR]),
]
PHU_LAM = [
    ("lan", "Trương Thị Lan", "Chủ tịch", "Lãnh đạo", [Role.AGENCY_HEAD]),
    ("son", "Vi Văn Sơn", "Phó Chủ tịch", "Lãnh đạo", [Role.DEPUTY_HEAD]),
    ("yen", "Nông Thị Yến", "Thư ký ISO", "Văn phòng", [Role.ISO_SECRETARY, Role.AGENCY_ADMIN]),
    ("long", "Lý Thành Long", "Công chức", "Một cửa", [Role.RECEPTIONIST, Role.OFFICER]),
]
DOST = [
    ("ngoc", "Lương Thị Bích Ngọc", "Phó Giám đốc", "Lãnh đạo", [Role.DEPUTY_HEAD, Role.OVERSEER]),
]


def build() -> Cast:
    """Province, lead department and two communes, everybody appointed."""
    province = open_agency(
        Agency(slug="ubnd-tinh", name="UBND tỉnh Hòa Giang", kind=AgencyKind.PROVINCE, symbol="UBND")
    )
    dost = _agency("so-khcn", "Sở Khoa học và Công nghệ", AgencyKind.DEPARTMENT, "SKHCN", province)
    agency = _agency("tan-hoa", "UBND xã Tân Hòa", AgencyKind.COMMUNE, "TH", province)
    other = _agency("phu-lam", "UBND xã Phú Lâm", AgencyKind.COMMUNE, "PL", province)
    cast = Cast(agency, other, dost)
    for home, people in ((agency, TAN_HOA), (other, PHU_LAM), (dost, DOST)):
        _populate(cast, home, people)
    return cast


def _agency(slug: str, name: str, kind: str, symbol: str, parent: Agency) -> Agency:
    superior = "TỈNH HÒA GIANG" if kind == AgencyKind.COMMUNE else "UBND TỈNH HÒA GIANG"
    return open_agency(
        Agency(
            slug=slug,
            name=name,
            kind=kind,
            symbol=symbol,
            parent=parent,
            superior_line=superior,
            place=name.rsplit(maxsplit=1)[-1],
        )
    )


def _populate(cast: Cast, home: Agency, people: list[tuple[str, str, str, str, list[Role]]]) -> None:
    with home.active():
        clock = home.clock()
        for key, name, title, unit, roles in people:
            place = f"{home.slug}/{unit}"
            if place not in cast.units:
                cast.units[place] = open_unit(unit, by=clock)
            user = User.objects.create_user(key, PASSWORD, full_name=name, email=f"{key}@example.vn")
            cast.members[key] = appoint(user, by=clock, title=title, unit=cast.units[place], roles=roles)
            cast.members[key].agency = home
