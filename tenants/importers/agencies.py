"""Agencies from lists of administrative units: nested JSON (provinces, districts, communes) or a table.

A unit of administration becomes its People's Committee: “Phường Hà Tu” is the agency “UBND phường Hà Tu”. A code alone
names nobody: on 01/07/2025 new communes took over codes of old ones. Who has the same superior and the same code, or
without codes the same name, is the same agency.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tenants.actions import open_agency, refuse_circle, succeed
from tenants.addresses import reserved
from tenants.importers import names
from tenants.importers.names import Unit
from tenants.imports import Report
from tenants.models import Agency, AgencyKind
from tenants.sources import Rejected, Row, Unreadable, bare, day_of, json_of, kind_of, named, objects_of, table
from tenants.transitions import lock, record

REFORM = dt.date(2025, 7, 1)  # two levels of local government: districts ended, communes were formed anew (domain §1.9)
OPENED = dt.date(2015, 1, 1)  # for units whose beginning nobody tells us
COLUMNS = {
    "name": (
        "name",
        "fullname",
        "full name",
        "ten",
        "ten don vi",
        "ten co quan",
        "ten day du",
        "don vi",
        "co quan",
        "xa phuong",
    ),
    "kind": ("kind", "loai", "cap", "loai don vi", "type"),
    "parent": (
        "parent",
        "superior",
        "cap tren",
        "co quan cap tren",
        "don vi cap tren",
        "truc thuoc",
        "tinh thanh pho",
        "tinh",
    ),
    "code": ("code", "ma", "ma don vi", "ma so", "ma dvhc", "ma xa"),
    "slug": ("slug", "address", "dia chi", "dia chi web"),
    "valid_from": ("valid from", "hieu luc tu", "tu ngay", "ngay thanh lap"),
    "valid_to": ("valid to", "hieu luc den", "den ngay", "ngay ket thuc"),
    "predecessors": ("predecessors", "tien than", "don vi tien than"),
}
CONVERTER = "DICT_PROVINCE"  # key of a mapping old → new, as address converters publish it


def import_agencies(
    paths: Iterable[Path], *, provinces: Sequence[str] = (), valid_from: dt.date | None = None
) -> Report:
    """Open or correct the agencies of these files, superiors first, then link predecessors with their successors.

    `provinces` takes only those and what lies below them; `valid_from` is the first day of units whose file does
    not say it. Raises Unreadable before anything is written.
    """
    files: list[list[Unit]] = []
    mappings: list[dict[str, Any]] = []
    for path in paths:
        data = json_of(path) if kind_of(path) == "json" else None
        if isinstance(data, dict) and any(key.startswith(CONVERTER) for key in data):
            mappings.append(data)
        else:
            files.append(_units(path, data, valid_from))
    wanted = [list(_within(units, provinces)) for units in files]
    if files and not any(wanted):
        raise Unreadable(_("No file holds the province “%(name)s”.") % {"name": ", ".join(provinces)})
    report = Report()
    _open_all(wanted, report)
    for mapping in mappings:
        _link(mapping, report, provinces=provinces)
    return report


# --- reading -----------------------------------------------------------------------------------


def _units(path: Path, data: Any, valid_from: dt.date | None) -> list[Unit]:
    if data is None:
        return [_from_row(row, valid_from) for row in table(path, COLUMNS, ("name",))]
    objects = objects_of(data, path.name)
    if not all(isinstance(item, dict) for item in objects):
        raise Unreadable(_("%(file)s is no list of administrative units.") % {"file": path.name})
    if any(isinstance(item.get(key), list) for item in objects for key in ("Wards", "District", "Districts")):
        return [unit for item in objects for unit in _nested(item, valid_from)]
    rows = [Row(number, named(item, COLUMNS)) for number, item in enumerate(objects, 1)]
    if not any("name" in row.cells for row in rows):
        raise Unreadable(_("%(file)s is no list of administrative units.") % {"file": path.name})
    return [_from_row(row, valid_from) for row in rows]


def _nested(province: dict[str, Any], valid_from: dt.date | None) -> Iterator[Unit]:
    """A province with its communes, or with districts and theirs; the latter all ended on 30/06/2025."""
    top = names.unit(province, AgencyKind.PROVINCE, place=_place(province), since=OPENED)
    yield top
    for ward in _below(province, "Wards", "Ward"):
        yield names.unit(ward, None, place=_place(ward), above=top, since=valid_from or REFORM)
    last = REFORM - dt.timedelta(days=1)
    for district in _below(province, "District", "Districts"):
        middle = names.unit(district, AgencyKind.DISTRICT, place=_place(district), above=top, since=OPENED, until=last)
        yield middle
        for ward in _below(district, "Ward", "Wards"):
            yield names.unit(ward, None, place=_place(ward), above=middle, since=OPENED, until=last)


def _below(item: dict[str, Any], *keys: str) -> list[dict[str, Any]]:
    found: list[Any] = next((item[key] for key in keys if isinstance(item.get(key), list)), [])
    return [unit if isinstance(unit, dict) else {} for unit in found]


def _place(item: dict[str, Any]) -> str:
    code, name = item.get("Code"), item.get("FullName") or item.get("Name")
    return f"{code} {name}"[:80]


def _from_row(row: Row, valid_from: dt.date | None) -> Unit:
    """A row of a table; what is wrong in it is said when its turn comes."""
    try:
        given = {name: row.text(name) for name in ("name", "kind", "parent", "code", "slug")}
        days = {name: day_of(row.cells[name]) for name in ("valid_from", "valid_to") if row.text(name)}
        return names.from_words(
            place=row.place,
            **given,
            since=days.get("valid_from") or valid_from or OPENED,
            since_told="valid_from" in days,
            until=days.get("valid_to"),
            predecessors=tuple(filter(None, map(str.strip, ";".join(row.lines("predecessors")).split(";")))),
        )
    except Rejected as wrong:
        return Unit(place=row.place, wrong=str(wrong))


def _within(units: list[Unit], provinces: Sequence[str]) -> Iterator[Unit]:
    for unit in units:
        top = list(unit.line())[-1]
        if not provinces or any(names.same(words, name) for words in provinces for name in (top.full_name, top.parent)):
            yield unit


# --- writing -----------------------------------------------------------------------------------


def _open_all(files: list[list[Unit]], report: Report) -> None:
    """Superiors before those below them, whatever the order of the files."""
    register = _Register({id(unit): number for number, units in enumerate(files) for unit in units})
    waiting = [unit for units in files for unit in units]
    while waiting:
        awaited = {id(unit) for unit in waiting}
        ready = [unit for unit in waiting if unit.wrong or register.knows_superior_of(unit, awaited)]
        if not ready:
            break
        for unit in ready:
            if report.take(unit.place, partial(register.write, unit)):
                register.keep(unit)
        done = {id(unit) for unit in ready}
        waiting = [unit for unit in waiting if id(unit) not in done]
    for unit in waiting:
        report.read += 1
        report.reject(unit.place, _("The superior agency “%(name)s” is not known.") % {"name": unit.parent})


class _Register:
    """The agencies that stand, found by superior and code or name, kept in memory while a file is written."""

    def __init__(self, file_of: dict[int, int]) -> None:
        self.file_of = file_of
        self.by_slug: dict[str, Agency] = {}
        self.by_code: dict[tuple[int | None, str], Agency] = {}
        self.by_words: dict[str, Agency] = {}
        self.by_name: dict[tuple[int | None, str], Agency] = {}
        self.of_unit: dict[int, Agency] = {}
        self.seen: dict[tuple[int, int], int | str] = {}  # (file, agency) → row: two files may name one agency
        self.written: Agency | None = None  # by the last row, which may yet be rejected
        for agency in Agency.objects.select_related("parent").order_by("valid_from", "pk"):
            self._file(agency)

    def _file(self, agency: Agency) -> None:
        self.by_slug[agency.slug] = agency
        self.by_name[agency.parent_id, bare(agency.name)] = agency
        name = names.without_committee(agency.name)
        self.by_words |= dict.fromkeys(
            (agency.slug, bare(name), names.core(name), *filter(None, [agency.code])), agency
        )
        if agency.code:
            self.by_code[agency.parent_id, agency.code] = agency

    def knows_superior_of(self, unit: Unit, awaited: set[int]) -> bool:
        """Known, or not to be awaited any longer."""
        if unit.above is not None:
            return id(unit.above) not in awaited
        return not unit.parent or self.named(unit.parent) is not None

    def named(self, words: str) -> Agency | None:
        """An agency by address, by code, or by name with or without type and “UBND”; the latest when several."""
        keys = (words, bare(names.without_committee(words)), names.core(words))
        return next((self.by_words[key] for key in keys if key in self.by_words), None)

    def write(self, unit: Unit) -> str:
        if unit.wrong:
            raise Rejected(unit.wrong)
        parent = self._superior(unit)
        standing = self._standing(unit, parent)
        file = self.file_of[id(unit)]
        if standing is not None and (first := self.seen.get((file, standing.pk))) is not None:
            raise Rejected(_("The same unit stands already in row %(row)s.") % {"row": first})
        wanted = names.agency_fields(unit, parent)
        if standing is None:
            agency, outcome = self._open(unit, wanted), "created"
        else:
            agency, outcome = self._correct(standing, unit, wanted)
        self.written = agency
        return self._follow(agency, unit, outcome)

    def keep(self, unit: Unit) -> None:
        """The row that has just been written was taken: what follows may build on its agency."""
        agency = self.written
        assert agency is not None
        self._file(agency)
        self.of_unit[id(unit)] = agency
        self.seen[self.file_of[id(unit)], agency.pk] = unit.place

    def _superior(self, unit: Unit) -> Agency | None:
        if unit.above is not None:
            if id(unit.above) not in self.of_unit:
                raise Rejected(_("The superior agency “%(name)s” was rejected.") % {"name": unit.above.full_name})
            return self.of_unit[id(unit.above)]
        return self.named(unit.parent) if unit.parent else None

    def _standing(self, unit: Unit, parent: Agency | None) -> Agency | None:
        above = parent.pk if parent else None
        if unit.slug and (found := self.by_slug.get(unit.slug)):
            return found
        if unit.code and (found := self.by_code.get((above, unit.code))):
            return found
        found = self.by_name.get((above, bare(unit.agency_name)))
        if found and found.code and unit.code and found.code != unit.code:
            words = {"name": found.name, "code": found.code}
            raise Rejected(_("“%(name)s” is known with the code %(code)s.") % words)
        return found

    def _open(self, unit: Unit, wanted: dict[str, Any]) -> Agency:
        slug = unit.slug or next(slug for slug in names.slugs(unit) if slug not in self.by_slug)
        if slug in reserved():
            raise Rejected(_("The address “%(slug)s” is used by the system itself.") % {"slug": slug})
        agency = Agency(slug=slug, **wanted)
        agency.full_clean(exclude=["parent"])
        return open_agency(agency)

    def _correct(self, agency: Agency, unit: Unit, wanted: dict[str, Any]) -> tuple[Agency, str]:
        """Only what the list says; letterhead and symbol stay as the agency has written them.

        Returns the row as written; the one in the register stays as it was, for the row may yet be rejected.
        """
        told = {"name", "kind", "parent"}
        given = {"code": unit.code, "valid_from": unit.since_told, "valid_to": unit.until}
        told |= {name for name, value in given.items() if value}
        changes = {name: wanted[name] for name in told if getattr(agency, name) != wanted[name]}
        if not changes:
            return agency, "unchanged"
        corrected = lock(agency)
        for name, value in changes.items():
            setattr(corrected, name, value)
        corrected.full_clean(exclude=["parent"])
        refuse_circle(corrected)
        with agency.active():
            record(corrected, "edited", by=agency.clock(), details={"changed": sorted(changes)})
        return corrected, "updated"

    def _follow(self, agency: Agency, unit: Unit, outcome: str) -> str:
        formers = []
        for words in unit.predecessors:
            former = self.named(words)
            if former is None or former == agency:
                raise Rejected(_("The predecessor “%(name)s” is not known.") % {"name": words})
            formers.append(former)
        linked = [_succeed(former, [agency], on=agency.valid_from) for former in formers]
        return "updated" if any(linked) and outcome == "unchanged" else outcome


def _succeed(former: Agency, successors: list[Agency], *, on: dt.date) -> bool:
    """Add successors to an agency that ended the day before `on`. Says whether anything was new."""
    known = set(former.successors.all())
    if known >= set(successors):
        return False
    succeed(former, known | set(successors), on=on, reason=_("Import of administrative units"))
    return True


# --- the mapping old → new ---------------------------------------------------------------------


def _link(mapping: dict[str, Any], report: Report, *, provinces: Sequence[str]) -> None:
    """Every old unit in the mapping, its successors linked and itself ended on 30/06/2025."""
    successors: dict[str, set[tuple[str, str]]] = defaultdict(set)  # old key → (new province, new unit)
    wanted = [names.key(province) for province in provinces]
    for top, old in _pairs(mapping.get("DICT_PROVINCE")):
        successors[str(old)].add((top, ""))
    for top, units in _items(mapping.get("DICT_PROVINCE_WARD_NO_DIVIDED")):
        for new, old in _pairs(units):
            successors[str(old)].add((top, new))
    for top, units in _items(mapping.get("DICT_PROVINCE_WARD_DIVIDED")):
        for old, parts in _pairs(units):
            if isinstance(parts, dict):
                successors[old].add((top, str(parts.get("newWardKey"))))
    keys = names.Keys(Agency.objects.select_related("parent__parent"))
    for former, following in successors.items():
        tops = {top for top, _unit in following}
        if (wanted and not any(top.endswith(key) for key in wanted for top in tops)) or following == {(former, "")}:
            continue  # another province, or a province that simply goes on
        report.take(former, partial(_link_one, keys, former, sorted(following)))


def _link_one(keys: names.Keys, old: str, new: list[tuple[str, str]]) -> str:
    former = keys.former(old)
    if former is None:
        raise Rejected(_("The former unit is not known. Import the former units first."))
    following = [keys.following(top, unit) for top, unit in new]
    if None in following:
        raise Rejected(_("A successor is not known. Import the present units first."))
    return "updated" if _succeed(former, [agency for agency in following if agency], on=REFORM) else "unchanged"


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if value is not None and not isinstance(value, dict):
        raise Unreadable(_("The mapping of former to present units has another shape."))
    yield from (value or {}).items()


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    for key, items in _items(value):
        if not isinstance(items, list):
            raise Unreadable(_("The mapping of former to present units has another shape."))
        for item in items:
            yield key, item
