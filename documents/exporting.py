"""The whole set of documents as one archive: papers, content as data, lists, hashes.

Inside is what whoever asked may see, and of it only what was signed: drafts never. A worker makes it into a file beside
the storage, then stores it under the lock of its row: killed in between it leaves nothing, twice at once stores one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celery import shared_task
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, OperationalError, connection
from django.db.models import Prefetch
from django.db.transaction import atomic
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from documents import past
from documents import record_permissions as permissions
from documents.bags import Bag, chunks_of, safe_name, settled
from documents.export_files import Broken, Stored, stored_files, uploads_of
from documents.export_models import DocumentExport, ExportState
from documents.models import Document, Signature, State, Version
from documents.querysets import hidden_from
from documents.sealing import is_as_signed
from tenants import clock, spreadsheets
from tenants.models import Agency, Member, StoredFile
from tenants.tasks import AgencyTask, for_each_agency, later
from tenants.transitions import NotAllowed, NotPossible, deed, lock, perform, record

log = logging.getLogger("qms.documents")
FORMAT = "qms-version/1"
SIGNED = (State.APPROVED, State.IN_FORCE, State.SUPERSEDED, State.WITHDRAWN)
AT_ONCE = 50  # versions held in memory
LINES_AT_ONCE = 2000  # of a list
MOST_IN_EXCEL = 1_000_000  # lines; a sheet holds a little more
PATIENCE = dt.timedelta(minutes=20)  # before a job is taken for lost; a second one ends at once
GIVEN_UP = dt.timedelta(days=1)  # a job that is still not done will not be
FIRST_DAY = dt.date(1945, 9, 2)
HEADS = ("code", "version", "state", "title", "what")
README = Path(__file__).resolve().parent / "export_readme.txt"


@dataclass(frozen=True)
class Made:
    versions: int
    unprinted: int
    manifest: str
    documents: list[int]  # ids of those inside, in content or list


# --- asking ---------------------------------------------------------------------------------------


@atomic
def ask(*, by: Member, all_versions: bool = False) -> DocumentExport:
    """Have the archive made. Raises NotPossible while the same is being made for the same person."""
    if not permissions.may_export(by):
        raise NotAllowed(
            _("Your role in this agency does not include this."), needs=_("the ISO secretary or the head of the agency")
        )
    if DocumentExport.objects.waiting().filter(asked_by=by, all_versions=all_versions).exists():
        raise NotPossible(_("This export is being made already. It appears in the list as soon as it is ready."))
    try:
        with atomic():
            export = record(DocumentExport(asked_by=by, all_versions=all_versions), "export_asked", by=by)
    except IntegrityError as twice:
        raise NotPossible(
            _("This export is being made already. It appears in the list as soon as it is ready.")
        ) from twice
    later(make_export, export.agency_id, export.pk)
    return export


def may_fetch(export: DocumentExport, member: Member) -> bool:
    """Whoever asked, as long as they may: it holds what they could see."""
    return export.asked_by_id == member.pk and permissions.may_export(member)


def overtaken(exports: Iterable[DocumentExport], member: Member) -> set[int]:
    """Of these exports those that hold, or may hold, a document which this member may no longer see."""
    hidden = set(hidden_from(member).values_list("pk", flat=True))
    return {one.pk for one in exports if one.documents is None or not hidden.isdisjoint(one.documents)}


def fetched(export: DocumentExport, *, by: Member) -> None:
    """One line in the journal for each time the archive leaves the system."""
    with deed("export_fetched", export, by=by, details={"sha256": export.sha256}):
        pass


# --- making ---------------------------------------------------------------------------------------


@shared_task(
    base=AgencyTask,
    autoretry_for=(OSError, OperationalError),
    retry_backoff=60,
    max_retries=5,
    time_limit=2 * 3600,
    soft_time_limit=None,
)
def make_export(agency_id: int, export_id: int) -> bool:
    """Make the archive and store it, unless somebody has meanwhile. Whatever goes wrong for good ends it, in words."""
    export = DocumentExport.objects.waiting().select_related("asked_by", "agency").filter(pk=export_id).first()
    if export is None or not _is_first(export):
        return False
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        place = Path(folder) / "export.zip"
        try:
            with atomic():  # what breaks in it leaves the job a transaction to say so in
                made = write(place, export.agency, export.asked_by, all_versions=export.all_versions)
                return _store(export, place, made)
        except Broken as broken:
            return _fail(export, str(broken))
        except (OSError, OperationalError):  # the disk or the database: tried again, at last by the sweep
            raise
        except Exception:
            log.exception("export %s", export.pk)
            return _fail(export, _our_fault())


def _is_first(export: DocumentExport) -> bool:
    """Whether no other worker is at it: the broker and the sweep bring a job that takes long again, more than once."""
    with connection.cursor() as cursor:  # free again when the transaction ends, however it does
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('documents.exporting'), %s)", [export.pk % 2**31])
        return bool(cursor.fetchone()[0])


@atomic
def _store(export: DocumentExport, place: Path, made: Made) -> bool:
    export = lock(export)
    if export.state != ExportState.ASKED:
        return False
    path = f"{export.agency_id}/exports/{export.pk}.zip"
    if default_storage.exists(path):  # of a job that was killed before it was written down
        default_storage.delete(path)
    with place.open("rb") as file:
        export.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        export.path = default_storage.save(path, File(file))
    export.size, export.manifest = place.stat().st_size, made.manifest
    export.versions, export.unprinted, export.documents = made.versions, made.unprinted, made.documents
    until = clock.now() + dt.timedelta(days=settings.EXPORT_DAYS)
    details = {"sha256": export.sha256, "manifest": made.manifest, "bytes": export.size, "versions": made.versions}
    perform(export.finish_export, by=export.agency.clock(), expires_at=until, details=details)
    return True


@atomic
def _fail(export: DocumentExport, words: str) -> bool:
    export = lock(export)
    if export.state == ExportState.ASKED:
        log.error("export %s: %s", export.pk, words)
        perform(export.fail_export, by=export.agency.clock(), failure=words[:500], reason=words)
    return False


@shared_task(base=AgencyTask)
def make_waiting_exports(agency_id: int) -> int:
    """Exports whose job was lost are queued again; those that could not be made in a day end. Returns how many are queued."""
    waiting = list(DocumentExport.objects.waiting().filter(asked_at__lt=clock.now() - PATIENCE))
    given_up = [export for export in waiting if export.asked_at < clock.now() - GIVEN_UP]
    for export in given_up:
        _fail(export, _our_fault())
    for export in waiting:
        if export not in given_up:
            later(make_export, agency_id, export.pk)
    return len(waiting) - len(given_up)


def _our_fault() -> str:
    with override("vi"):
        return _(
            "The archive could not be made, which is our fault. It is noted in the log: tell the administrator, then ask anew."
        )


@shared_task
def expire_everywhere() -> int:
    return for_each_agency(expire_exports)


@shared_task(base=AgencyTask)
def expire_exports(agency_id: int) -> int:
    """Archives whose days are over are removed; the line in the list stays. Returns how many."""
    over = list(DocumentExport.objects.over(clock.now()))
    by = Agency.objects.get(pk=agency_id).clock() if over else None
    for export in over:
        assert by is not None
        _expire(export, by)
    return len(over)


@atomic
def _expire(export: DocumentExport, by: Member) -> None:
    export = lock(export)
    if export.state == ExportState.READY:
        default_storage.delete(export.path)
        perform(export.expire_export, by=by)


# --- the archive ----------------------------------------------------------------------------------


def write(place: Path, agency: Agency, member: Member, *, all_versions: bool = False) -> Made:
    """The archive of what `member` may see into the file `place`. The agency is active.

    Raises Broken when a stored file is missing or does not match its hash.
    """
    today, count, unprinted, changed = clock.today(), 0, 0, 0
    ids = list(_wanted(member, today, all_versions=all_versions).values_list("pk", flat=True))
    listed = Document.objects.visible_to(member).filter(versions__state__in=SIGNED)
    documents = {*listed.values_list("pk", flat=True)}
    with override("vi"), Bag(place, f"{agency.slug}-documents", HEADS) as bag:
        _write_lists(bag, member, today)
        for version, uploads in _versions(ids):
            count += 1
            unprinted += version.pdf_id is None
            changed += not _write_version(bag, version, uploads)
            documents.add(version.document_id)
        info = {
            "Source-Organization": " ".join(agency.name.split()),
            "External-Identifier": agency.slug,
            "Bagging-Date": f"{today:%Y-%m-%d}",
            "Bag-Software-Agent": "qms export_documents",
            "Internal-Sender-Description": "all signed versions" if all_versions else "versions in force",
            "QMS-Versions": str(count),
            "QMS-Versions-Without-PDF": str(unprinted),
            "QMS-Versions-Not-As-Signed": str(changed),
        }
        manifest = bag.finish({"README.txt": README.read_bytes()}, info)
    return Made(count, unprinted, manifest, sorted(documents))


def _wanted(member: Member, today: dt.date, *, all_versions: bool) -> Any:
    if not all_versions:
        return past.held_on(member, today)
    signed = Version.objects.visible_to(member).filter(state__in=SIGNED)
    return signed.in_order_of_documents().order_by("document__code", "issue", "revision", "pk")


def _versions(ids: list[int]) -> Iterator[tuple[Version, Stored]]:
    """Some at a time, in the order asked for, with the uploaded files of those."""
    signatures = Prefetch("signatures", Signature.objects.order_by("signed_at", "pk"))
    rows = Version.objects.select_related("document__unit", "pdf").prefetch_related(signatures)
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        found = {version.pk: version for version in rows.filter(pk__in=some)}
        uploads = uploads_of(found.values())
        yield from ((found[pk], uploads) for pk in some if pk in found)


def _write_version(bag: Bag, version: Version, uploads: Stored) -> bool:
    """Whether the text is the one that was signed."""
    document = version.document
    number = f"{version.issue:02}-{version.revision:02}"
    folder = f"documents/{safe_name(document.code)}/{number}"
    about = (document.code, version.number, str(version.get_state_display()), version.title)
    data = as_data(version)
    content = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode()
    bag.add(f"{folder}/content.json", [content], (*about, "content"))
    for name, file in stored_files(version, uploads):
        bag.add(f"{folder}/{safe_name(name)}", _checked(file), (*about, "file"))
    return bool(data["as_signed"])


def _checked(file: StoredFile) -> Iterator[bytes]:
    """The stored bytes, which must be those that were stored."""
    mark = hashlib.sha256()
    try:
        with default_storage.open(file.path) as stored:
            for chunk in chunks_of(stored):
                mark.update(chunk)
                yield chunk
    except FileNotFoundError as gone:
        raise Broken(_("The stored file %(name)s is missing. Tell the administrator.") % {"name": file.name}) from gone
    if mark.hexdigest() != file.sha256:
        raise Broken(
            _("The stored file %(name)s no longer matches its hash. Tell the administrator.") % {"name": file.name}
        )


def as_data(version: Version) -> dict[str, Any]:
    """A version for machines: `documents.content.seal` of these values is its `sha256` (`as_signed` says whether it is),
    and a signature's `seal` is the SHA-256 of its other values (export_readme.txt says how).
    """
    document = version.document
    given = [row for row in version.signatures.all() if row.round == version.round]
    return {
        "format": FORMAT, "code": document.code, "kind": document.kind, "title": version.title,
        "issue": version.issue, "revision": version.revision, "state": version.state,
        "effective_from": _day(version.effective_from), "effective_to": _day(version.effective_to),
        "change_reason": version.change_reason, "change_parts": version.change_parts,
        "change_summary": version.change_summary, "sha256": version.sha256, "content": version.content,
        "as_signed": is_as_signed(version, given),
        "pdf": {"name": version.pdf.name, "sha256": version.pdf.sha256} if version.pdf else None,
        "signatures": [
            {
                "version": row.version_id, "round": row.round, "stage": row.stage, "place": row.place, "role": row.role,
                "member": row.member_id, "name": row.name, "title": row.title, "capacity": row.capacity,
                "authority": row.authority, "basis": row.basis, "meaning": row.meaning, "confirmed": row.confirmed,
                "delegation": row.delegation_id, "sha256": row.sha256,
                "signed_at": row.signed_at.astimezone(dt.UTC).isoformat(), "effective_from": _day(row.effective_from),
                "seal": row.seal,
            }
            for row in given
        ],
    }  # fmt: skip


def _write_lists(bag: Bag, member: Member, today: dt.date) -> None:
    lists = (
        ("master-list", past.master_list(member, today)),
        ("external-documents", past.external_list(member, today)),
        ("amendments", past.amendments(member, FIRST_DAY, today)),
        ("distribution", past.distribution_list(member, today)),
    )
    for name, listing in lists:
        count = listing.rows.count()
        for kind in ("csv", "xlsx"):
            if kind == "xlsx" and count > MOST_IN_EXCEL:
                continue  # the other file has every line
            with tempfile.TemporaryFile() as file:
                _write_list(file, kind, listing, count)
                file.seek(0)
                bag.add(f"lists/{name}.{kind}", chunks_of(file), ("", "", "", listing.title, "list"))


def _write_list(file: Any, kind: str, listing: past.Listing, count: int) -> None:
    heads = [pgettext("document", "Code"), pgettext("document", "Title"), *listing.heads]
    if kind == "csv":
        spreadsheets.write(kind, file, heads, _rows(listing, count))
        return
    with tempfile.TemporaryFile() as as_made:
        spreadsheets.write(kind, as_made, heads, _rows(listing, count))
        as_made.seek(0)
        settled(as_made, file)


def _rows(listing: past.Listing, count: int) -> Iterator[list[Any]]:
    """Some lines at a time."""
    for start in range(0, count, LINES_AT_ONCE):
        for line in listing.lines(listing.rows[start : start + LINES_AT_ONCE]):
            yield [line.code, line.title, *line.values]


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
