"""What the name of an administrative unit or office tells: kind, letterhead, symbol, address, key."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from tenants.addresses import reserved
from tenants.models import Agency, AgencyKind
from tenants.sources import Rejected, bare, clean

COMMITTEE = ("ủy ban nhân dân", "uỷ ban nhân dân", "ubnd")
SYMBOL = "UBND"
KINDS = (  # the first word(s) of a name, longest first
    ("chi cục", AgencyKind.SUB_DEPARTMENT),
    ("đặc khu", AgencyKind.SPECIAL_ZONE),
    ("thị trấn", AgencyKind.COMMUNE),
    ("thị xã", AgencyKind.DISTRICT),
    ("văn phòng", AgencyKind.DEPARTMENT),
    ("thanh tra", AgencyKind.DEPARTMENT),
    ("phường", AgencyKind.WARD),
    ("huyện", AgencyKind.DISTRICT),
    ("quận", AgencyKind.DISTRICT),
    ("tỉnh", AgencyKind.PROVINCE),
    ("xã", AgencyKind.COMMUNE),
    ("sở", AgencyKind.DEPARTMENT),
    ("ban", AgencyKind.DEPARTMENT),
)
CITY = "thành phố"  # a province when nothing stands above it, a district otherwise
TERRITORIES = {
    AgencyKind.PROVINCE, AgencyKind.DISTRICT, AgencyKind.COMMUNE, AgencyKind.WARD, AgencyKind.SPECIAL_ZONE,
}  # fmt: skip
ENCOURAGED = {AgencyKind.COMMUNE, AgencyKind.WARD, AgencyKind.SPECIAL_ZONE}  # not bound (domain §1.1)


@dataclass(frozen=True, eq=False)
class Unit:
    """One line of a list: a territory or an office. `above` is its superior within the same file."""

    place: int | str
    full_name: str = ""  # Phường Hà Tu, Sở Tư pháp
    name: str = ""  # Hà Tu
    kind: str = AgencyKind.OTHER
    code: str = ""
    slug: str = ""
    parent: str = ""
    above: Unit | None = None
    since: dt.date = dt.date(2015, 1, 1)
    since_told: bool = False
    until: dt.date | None = None
    predecessors: tuple[str, ...] = ()
    wrong: str = ""

    @property
    def agency_name(self) -> str:
        if self.kind not in TERRITORIES:
            return self.full_name
        return f"{SYMBOL} {self.full_name[:1].lower()}{self.full_name[1:]}"

    def line(self) -> Iterator[Unit]:
        """The unit and those above it in the file."""
        yield self
        if self.above is not None:
            yield from self.above.line()


def unit(
    item: dict[str, Any],
    kind: str | None,
    *,
    place: str,
    since: dt.date,
    above: Unit | None = None,
    until: dt.date | None = None,
) -> Unit:
    """From an object with FullName, Name and Code."""
    try:
        full, name, code = (" ".join(clean(item.get(key)).split()) for key in ("FullName", "Name", "Code"))
        if not (full or name):
            raise Rejected(_("The unit has no name."))
        found = kind or kind_of_name(full, has_superior=above is not None)
    except Rejected as wrong:
        return Unit(place=place, above=above, wrong=str(wrong))
    return Unit(place, full or name, name or core_words(full), found, code, above=above, since=since, until=until)


def from_words(*, place: int | str, name: str, kind: str, parent: str, code: str, slug: str, **rest: Any) -> Unit:
    """From a row of a table; the kind is a word of ours, a Vietnamese one, or the first word of the name."""
    full = without_committee(name)
    if not full:
        raise Rejected(_("The unit has no name."))
    told = _kind_told(kind, full, has_superior=bool(parent)) if kind else kind_of_name(full, has_superior=bool(parent))
    if kind and told in TERRITORIES and kind_of_name(full, has_superior=bool(parent)) == AgencyKind.OTHER:
        word = kind if kind not in AgencyKind.values else _word_of(told)
        full = f"{word[:1].upper()}{word[1:].lower()} {full}"  # the type stood in a column of its own
    if slug and slugify(slug) != slug:
        raise Rejected(_("“%(slug)s” is no address; use small letters, digits and hyphens.") % {"slug": slug})
    return Unit(place, full, core_words(full), told, code, slug, parent, **rest)


def _kind_told(kind: str, full: str, *, has_superior: bool) -> str:
    if kind.lower() in AgencyKind.values:
        return kind.lower()
    found = kind_of_name(f"{kind} x", has_superior=has_superior)
    if found == AgencyKind.OTHER:
        raise Rejected(_("“%(kind)s” is no kind of agency.") % {"kind": kind})
    return found


def _word_of(kind: str) -> str:
    return "tỉnh" if kind == AgencyKind.PROVINCE else next(word for word, known in reversed(KINDS) if known == kind)


def kind_of_name(full: str, *, has_superior: bool) -> str:
    words = full.lower()
    if words.startswith(CITY + " "):
        return AgencyKind.DISTRICT if has_superior else AgencyKind.PROVINCE
    return next((kind for word, kind in KINDS if words.startswith(word + " ")), AgencyKind.OTHER)


def without_committee(name: str) -> str:
    """“UBND phường Hà Tu” → “Phường Hà Tu”."""
    for word in COMMITTEE:
        if name.lower().startswith(word + " "):
            name = name[len(word) + 1 :].strip()
    return name[:1].upper() + name[1:]


def core_words(full: str) -> str:
    """“Phường Hà Tu” → “Hà Tu”; an office keeps its whole name."""
    for word in (CITY, *(word for word, kind in KINDS if kind in TERRITORIES)):
        if full.lower().startswith(word + " "):
            return full[len(word) + 1 :]
    return full


def core(name: str) -> str:
    """To compare: “UBND tỉnh Quảng Ninh”, “Tỉnh Quảng Ninh” and “quang ninh” are the same."""
    return bare(core_words(without_committee(name)))


def same(words: str, name: str) -> bool:
    """Do these words mean the unit or agency of this name? With or without type, committee and accents."""
    return bool(words and name) and (core(words) == core(name) or bare(words) == bare(without_committee(name)))


def agency_fields(unit: Unit, parent: Agency | None) -> dict[str, Any]:
    """The fields of an agency for this unit, with the letterhead an office of its kind has (Decree 30/2020)."""
    territory = unit.kind in TERRITORIES
    above = without_committee(parent.name) if parent else ""
    if parent and not territory:
        above = parent.name
    return {
        "name": unit.agency_name,
        "code": unit.code,
        "kind": unit.kind,
        "parent": parent,
        "superior_line": above.upper(),
        "place": unit.name if territory else (parent.place if parent else ""),
        "symbol": SYMBOL if territory else initials(unit.full_name),
        "applies_by_law": unit.kind not in ENCOURAGED,
        "valid_from": unit.since,
        "valid_to": unit.until,
    }


def initials(name: str) -> str:
    """Sở Khoa học và Công nghệ → SKHCN, as in document numbers."""
    return "".join(word[0].upper() for word in re.findall(r"\w+", name) if word.lower() != "và")[:20]


def slugs(unit: Unit) -> Iterator[str]:
    """Addresses to try: ha-tu, phuong-ha-tu, phuong-ha-tu-06652 … Ended units leave the short ones free."""
    short, long = (slugify(bare(text)) for text in (unit.name, unit.full_name))
    district = slugify(bare(unit.above.name)) if unit.above else ""
    if unit.until is None:
        first = [long] if unit.kind == AgencyKind.PROVINCE else [short, long]
    else:
        first = [f"{long}-{district}" if district and unit.kind != AgencyKind.DISTRICT else long]
    for slug in [*first, f"{long}-{unit.code}"]:
        if slug and slug.strip("-") == slug and slug not in reserved() and len(slug) <= 60:
            yield slug
    yield from (f"{long[:50]}-{number}" for number in range(2, 10_000))


def key(full_name: str) -> str:
    """“Thị xã Quảng Yên” → thixaquangyen, as the converter writes it."""
    return bare(without_committee(full_name)).replace(" ", "")


class Keys:
    """Agencies by the keys of the converter: province, or province_district_commune; i and y are spelt both ways."""

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self.found: dict[str, Agency] = {}
        for agency in agencies:
            line = [key(step.name) for step in reversed(agency.lineage())]
            self.found["_".join(line)] = agency
            self.found.setdefault("_".join(line).replace("y", "i"), agency)

    def former(self, old: str) -> Agency | None:
        return self.found.get(old) or self.found.get(old.replace("y", "i"))

    def following(self, province: str, unit: str) -> Agency | None:
        return self.former(f"{province}_{unit}" if unit else province)
