"""National lists and records of administrative procedures into the catalogue.

Two sources tell of one service: the ministry's list (code, name, agencies, field) and the record of the procedure
(everything). Each keeps what it said; the service shows both merged, the record first. Nothing comes into force by
import: a procedure begins with a draft that somebody writes and others sign.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from processes import portal
from processes.catalogue import Details, Doubt, Listed
from processes.models import Service
from tenants import clock, journal
from tenants.imports import Report
from tenants.models import Agency, AgencyKind
from tenants.sources import Rejected, Row, Unreadable, bare, clean, json_of, kind_of, named, objects_of, table

COLUMNS = {
    "code": ("Mã số", "ma thu tuc", "ma tthc", "ma so tthc", "ma thu tuc hanh chinh", "ma", "code"),
    "name": ("Tên", "ten thu tuc", "ten thu tuc hanh chinh", "ten tthc", "thu tuc hanh chinh", "name"),
    "field": ("linh vuc", "field"),
    "agencies": ("co quan thuc hien", "don vi thuc hien", "agencies", "agency"),
    "issuer": ("co quan ban hanh", "co quan cong bo", "bo nganh"),
    "level": ("cap thuc hien", "level"),
    "decision": ("so quyet dinh", "quyet dinh cong bo", "quyet dinh", "decision"),
    "kind": ("loai thu tuc", "loai"),
    "applicants": ("doi tuong thuc hien", "doi tuong"),
    "competent": ("co quan co tham quyen",),
    "delegated": ("co quan duoc uy quyen",),
    "cooperating": ("co quan phoi hop",),
    "reception": ("dia chi tiep nhan", "dia chi tiep nhan hs", "noi tiep nhan"),
    "steps": ("trinh tu thuc hien",),
    "channels": ("cach thuc thuc hien",),
    "papers": ("thanh phan ho so",),
    "legal_bases": ("can cu phap ly", "co so phap ly"),
    "conditions": ("yeu cau dieu kien", "yeu cau dieu kien thuc hien"),
    "results": ("ket qua xu ly", "ket qua thuc hien", "ket qua"),
    "address": ("detail url", "url", "duong dan"),
}
OF_A_RECORD = ("steps", "channels", "papers", "legal_bases", "results")  # who has one of these is a record, not a list
CODE = re.compile(r"(?=.*\d)[\w.\-]{1,40}")
TRIAL = re.compile(r"\b(?:demo|test|thu nghiem|kiem thu|abc|asdf)\b")
DECISION = re.compile(r"^\d+[a-zA-Z]?/")
ABOUT_BOTH = ("odd_name", "no_agency", "names_differ", "odd_decision", "list_only", "same_name")  # found by comparing


@dataclass
class Draft:
    """A service while it is being put together."""

    service: Service
    details: Details
    doubts: list[Doubt] = field(default_factory=list)
    is_new: bool = False
    touched: bool = False

    @classmethod
    def of(cls, service: Service) -> Draft:
        return cls(service, Details.of(service.details), [Doubt(**doubt) for doubt in service.doubts])


def import_services(paths: Iterable[Path]) -> Report:
    """Take lists (XLSX, CSV) and records (JSON, or a folder of them). Raises Unreadable before anything is written."""
    report = Report()
    rows = [row for path in paths for row in _rows(path, report)]
    codes = {code for row in rows if (code := _code_or_none(row))}
    drafts = {service.code: Draft.of(service) for service in Service.objects.filter(code__in=codes)}
    seen: dict[tuple[str, bool], int | str] = {}
    for row in rows:
        report.take(row.place, partial(_take, row, drafts, seen))
    _compare_names(drafts)
    _write(drafts)
    _tell(report)
    return report


# --- reading -----------------------------------------------------------------------------------


def _rows(path: Path, report: Report) -> Iterator[Row]:
    """The rows of a file; of a folder those of all its files, where one that cannot be read rejects only itself."""
    if not path.is_dir():
        yield from _file_rows(path, label="")
        return
    files = sorted(file for file in path.iterdir() if not file.name.startswith("."))
    taken = 0
    for file in files:
        try:
            rows = _file_rows(file, label=file.name)
        except Unreadable as wrong:
            report.read += 1
            report.reject(file.name, str(wrong))
        else:
            taken += 1
            yield from rows
    if not taken:
        raise Unreadable(_("%(file)s holds no file that can be read.") % {"file": path})


def _file_rows(path: Path, *, label: str) -> list[Row]:
    if kind_of(path) != "json":
        rows = table(path, COLUMNS, ("code", "name"))
        return [replace(row, place=f"{label}: {row.place}") for row in rows] if label else rows
    objects = objects_of(json_of(path), path.name)
    if not any(isinstance(item, dict) and "code" in named(item, COLUMNS) for item in objects):
        raise Unreadable(_("%(file)s is no record of an administrative procedure.") % {"file": path.name})
    name = label or path.name
    places = [name] if len(objects) == 1 else [f"{name}: {number}" for number in range(1, len(objects) + 1)]
    return [
        Row(place, named(item, COLUMNS) if isinstance(item, dict) else {})
        for place, item in zip(places, objects, strict=True)
    ]


def _code_or_none(row: Row) -> str | None:
    try:
        return _code(row)[0]
    except Rejected:
        return None


def _code(row: Row) -> tuple[str, str]:
    """The code, and how it was written when a spreadsheet took it for a number and dropped its last noughts."""
    written = row.text("code")
    if not written:
        raise Rejected(_("The code is missing."))
    if not CODE.fullmatch(written):
        raise Rejected(_("“%(code)s” is no code of an administrative procedure.") % {"code": written[:60]})
    if re.fullmatch(r"\d\.\d{1,5}", written):
        return f"{written:0<8}", written
    return written, ""


# --- putting together ----------------------------------------------------------------------------


def _take(row: Row, drafts: dict[str, Draft], seen: dict[tuple[str, bool], int | str]) -> str:
    code, written = _code(row)
    is_record = any(row.cells.get(name) for name in OF_A_RECORD)
    if (first := seen.setdefault((code, is_record), row.place)) != row.place:
        raise Rejected(_("The code %(code)s stands already in row %(row)s.") % {"code": code, "row": first})
    former = drafts.get(code)
    draft = (
        Draft(Service(code=code), Details(), is_new=True)
        if former is None
        else replace(former, doubts=[*former.doubts])
    )
    draft.service = copy(draft.service)  # a rejected row leaves the one that stands as it was
    listed = _listed(row)
    if is_record:
        _take_record(draft, row, listed)
    else:
        _take_listed(draft, row, listed)
    if written and not any(doubt.kind == "odd_code" for doubt in draft.doubts):
        draft.doubts.append(Doubt("odd_code", written))
    _merge(draft)
    digest = _digest(draft)
    if former is not None and digest == former.service.sha256:
        return "unchanged"
    draft.service.sha256 = digest
    draft.service.clean_fields(exclude=["details", "doubts"])
    draft.touched = True
    drafts[code] = draft
    return "created" if former is None else "updated"


def _listed(row: Row) -> Listed:
    name = row.text("name")
    if not name:
        raise Rejected(_("The name is missing."))
    return Listed(name, portal.words_of(row.cells.get("field")), ())


def _take_listed(draft: Draft, row: Row, listed: Listed) -> None:
    listed = replace(listed, agencies=portal.several(row.cells.get("agencies")))
    issuer = portal.words_of(row.cells.get("issuer")) or draft.details.issuer
    draft.details = replace(draft.details, in_list=listed, issuer=issuer)
    draft.service.level = draft.service.level or portal.words_of(row.cells.get("level"))
    draft.service.decision = draft.service.decision or portal.words_of(row.cells.get("decision"))


def _take_record(draft: Draft, row: Row, listed: Listed) -> None:
    cells, doubts = row.cells, [doubt for doubt in draft.doubts if doubt.kind == "odd_code"]
    tell = doubts.append
    draft.details = replace(
        draft.details,
        in_record=replace(listed, agencies=portal.agencies(cells.get("agencies"), tell)),
        issuer=portal.words_of(cells.get("issuer")) or draft.details.issuer,
        kind=portal.words_of(cells.get("kind")),
        applicants=portal.several(cells.get("applicants")),
        competent=portal.several(cells.get("competent")),
        delegated=portal.several(cells.get("delegated")),
        cooperating=portal.several(cells.get("cooperating")),
        reception=portal.text_of(cells.get("reception")),
        steps=portal.text_of(cells.get("steps")),
        conditions=portal.text_of(cells.get("conditions")),
        channels=portal.channels(cells.get("channels"), tell),
        papers=portal.papers(cells.get("papers"), tell),
        legal_bases=portal.legal_bases(cells.get("legal_bases"), tell),
        results=portal.results(cells.get("results"), tell),
        address=_link(cells.get("address")),
    )
    draft.service.level = portal.words_of(cells.get("level"))
    draft.service.decision = portal.words_of(cells.get("decision"))
    draft.doubts = doubts


def _link(value: Any) -> str:
    text = clean(value)
    return text if text.startswith("https://") else ""


def _merge(draft: Draft) -> None:
    """Name, field and agencies from both sources, and the doubts that come from comparing them."""
    service, record, listed = draft.service, draft.details.in_record, draft.details.in_list
    first, second = record or listed or Listed(), listed or Listed()
    service.name = first.name or second.name
    service.field = first.field or second.field
    service.agencies = "\n".join(first.agencies or second.agencies)
    service.details = draft.details.as_json()
    doubts = [doubt for doubt in draft.doubts if doubt.kind not in ABOUT_BOTH]
    if TRIAL.search(bare(service.name)) or len(bare(service.name)) < 8:
        doubts.append(Doubt("odd_name", service.name[:120]))
    if not service.agencies:
        doubts.append(Doubt("no_agency"))
    if record and listed and bare(record.name) != bare(listed.name):
        doubts.append(Doubt("names_differ", listed.name))
    if service.decision and not DECISION.match(service.decision):
        doubts.append(Doubt("odd_decision", service.decision))
    if not record:
        doubts.append(Doubt("list_only"))
    draft.doubts = doubts
    service.doubts = [asdict(doubt) for doubt in doubts]


def _digest(draft: Draft) -> str:
    service = draft.service
    said = [
        service.name,
        service.field,
        service.level,
        service.agencies,
        service.decision,
        service.details,
        service.doubts,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _compare_names(drafts: dict[str, Draft]) -> None:
    """Different codes under one name are suspicious: every one of them is told so, also those that stood before."""
    names = {bare(draft.service.name) for draft in drafts.values()}
    codes: dict[str, set[str]] = defaultdict(set)
    for code, name in Service.objects.exclude(code__in=drafts).values_list("code", "name"):
        if (known := bare(name)) in names:
            codes[known].add(code)
    others = {code for found in codes.values() for code in found}
    drafts.update({service.code: Draft.of(service) for service in Service.objects.filter(code__in=others)})
    for code, draft in drafts.items():
        codes[bare(draft.service.name)].add(code)
    for draft in drafts.values():
        same = codes[bare(draft.service.name)]
        doubts = [doubt for doubt in draft.doubts if doubt.kind != "same_name"]
        if len(same) > 1:
            doubts.append(Doubt("same_name", ", ".join(sorted(same))))
        told = [asdict(doubt) for doubt in doubts]
        draft.touched = draft.touched or told != draft.service.doubts
        draft.service.doubts = told


# --- writing -----------------------------------------------------------------------------------


def _write(drafts: dict[str, Draft]) -> None:
    touched = [draft for draft in drafts.values() if draft.touched]
    for draft in touched:
        draft.service.imported_at = clock.now()
    Service.objects.bulk_create([draft.service for draft in touched if draft.is_new], batch_size=200)
    fields = ["name", "field", "level", "agencies", "decision", "details", "doubts", "sha256", "imported_at"]
    Service.objects.bulk_update([draft.service for draft in touched if not draft.is_new], fields, batch_size=200)


def _tell(report: Report) -> None:
    """One line in the journal of the province, whose catalogue it is."""
    province = Agency.objects.existing_on(clock.today()).filter(kind=AgencyKind.PROVINCE, parent__isnull=True).first()
    if province is None or not (report.created or report.updated):
        return
    counts = {"created": report.created, "updated": report.updated, "rejected": len(report.rejected)}
    with province.active():
        journal.write("imported_services", province, by=province.clock(), details=counts)
