"""Papers that came through the page: kept, read by a worker, looked at by people, made into drafts, and let go of.

What takes long (reading a file) is done between two short transactions; what is written is written in one. A file is
claimed by who reads it, and free again when that worker has died.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.core.files.storage import default_storage
from django.db import OperationalError, transaction
from django.db.models import Q, QuerySet
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import filing, importing, permissions
from documents.confinement import Busy
from documents.filing import Examined
from documents.import_archives import Brought
from documents.importing import NotTaken, Reading
from documents.models import PROCEDURES, ImportedFile, ImportRun, Outcome
from documents.paper_reading import Office
from tenants import clock, letterhead
from tenants.models import Member, StoredFile
from tenants.scoping import active
from tenants.sources import Rejected
from tenants.transitions import NotAllowed, NotPossible, Refusal, record

log = logging.getLogger("qms.documents")
LAPSE = dt.timedelta(minutes=10)  # reading one file takes a few at most: who has not answered by then has died
MOST_TRIES = 3  # workers one file may end
MOST_OPEN = 5  # imports one person may leave unfinished
DAYS_KEPT = 30  # of an import nobody had drafts made of


@atomic
def bring(label: str, files: Iterable[Brought], *, by: Member) -> ImportRun:
    """Keep these files as a run that a worker will read. Nothing is made of them yet.

    Where the iteration raises, none of them is kept. Raises NotAllowed, NotPossible.
    """
    if not permissions.may_draft(by):
        raise NotAllowed(_("Your role in this agency does not include this."))
    if ImportRun.objects.filter(by=by, finished_at=None).count() >= MOST_OPEN:
        raise NotPossible(
            _(
                "%(most)s of your imports are not finished. Make drafts of their files or leave these out, then bring more."
            )
            % {"most": MOST_OPEN}
        )
    run = record(ImportRun(label=label[:200], by=by), "import_begun", by=by)
    door, kept = _Door(), []
    try:
        for position, one in enumerate(files, 1):
            file = _brought(one, door.problem_of(one))
            file.run, file.position = run, position
            if file.original:
                kept.append(file.original.path)
            file.save()
    except BaseException:
        for path in kept:
            default_storage.delete(path)
        raise
    return run


def _brought(one: Brought, problem: str) -> ImportedFile:
    """Its row, not saved; its bytes are stored where nothing speaks against it."""
    sha256 = hashlib.sha256(one.data).hexdigest()
    file = ImportedFile(name=importing.harmless(one.name), size=len(one.data), sha256=sha256, problem=problem)
    if problem:
        file.outcome, file.read_at = Outcome.REFUSED, clock.now()
    else:
        name = PurePath(file.name).name[-200:]
        file.original = letterhead.store(one.data, name=name, content_type="application/octet-stream")
    return file


class _Door:
    """Nothing infected is kept. While the scanner is silent files wait, unread and handed to nobody."""

    is_silent = False

    def problem_of(self, one: Brought) -> str:
        if one.problem or self.is_silent:
            return one.problem
        try:
            filing.scan(one.data)
        except filing.Unscanned:
            self.is_silent = True
        except filing.Refused as infected:
            return str(infected)
        return ""


@atomic
def choose(run: ImportRun, chosen: dict[int, dict[str, Any]], *, by: Member) -> ImportRun:
    """What people corrected in the table (position → code, kind, title, unit, is_wanted); from now on drafts are made.

    Asked for a second time it changes nothing: the first is being worked on.
    """
    run = _own(run, by)
    if run.asked_at:
        return run
    waiting = run.files.filter(position__in=chosen, outcome=Outcome.WAITING).defer("understood", "examined")
    for file in waiting.select_for_update(of=("self",)):
        for name, value in chosen[file.position].items():
            setattr(file, name, value)
        if not file.is_wanted:
            file.outcome = Outcome.LEFT
        file.save(update_fields=[*chosen[file.position], *([] if file.is_wanted else ["outcome"])])
    run.asked_at = clock.now()
    return record(run, "import_asked", by=by, details={"files": run.files.filter(outcome=Outcome.WAITING).count()})


def _own(run: ImportRun, by: Member) -> ImportRun:
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not permissions.may_import(run, by):
        raise NotAllowed(_("Your role in this agency does not include this."))
    return run


# --- reading ---------------------------------------------------------------------------------------


def read_next(agency_id: int, run_id: int, office: Office) -> bool:
    """Read the next file of a run that nobody else is reading. False when there is none, or no scanner answers.

    Raises Busy: the job is tried again.
    """
    with active(agency_id):
        file = _claimed(ImportedFile.objects.unread().filter(run_id=run_id))
    if file is None:
        return False
    try:
        reading = _reading(file, office)
    except Busy:
        _give_back(agency_id, file)
        raise
    with active(agency_id):
        mine = _files(run_id).filter(pk=file.pk, read_at=None, claimed_at=file.claimed_at).first()
        if mine is not None:  # it took so long that another worker reads it now, or has
            _note(mine, reading)
    return reading is None or not reading.is_unscanned


def _claimed(waiting: QuerySet[ImportedFile]) -> ImportedFile | None:
    """The first of them that nobody is at. One that ended all its workers (too slow, too large) is given up."""
    free = waiting.filter(Q(claimed_at=None) | Q(claimed_at__lt=clock.now() - LAPSE))
    free = free.select_related("original").order_by("position").select_for_update(skip_locked=True, of=("self",))
    while (file := free.first()) is not None:
        if file.tries < MOST_TRIES:
            file.claimed_at, file.tries = clock.now(), file.tries + 1
            file.save(update_fields=["claimed_at", "tries"])
            return file
        log.error("import: %s is given up after %s tries", file.pk, file.tries)
        _trip(file)
        _let_go(file)
        file.save()
    return None


def _give_back(agency_id: int, file: ImportedFile) -> None:
    """Nobody was ended by it: somebody may take it at once."""
    with active(agency_id):
        for claimed in _files(file.run_id).filter(pk=file.pk, claimed_at=file.claimed_at):
            claimed.claimed_at, claimed.tries = None, 0
            claimed.save(update_fields=["claimed_at", "tries"])


def _files(run_id: int) -> QuerySet[ImportedFile]:
    found = ImportedFile.objects.filter(run_id=run_id, outcome=Outcome.WAITING).select_related("run__by", "original")
    return found.order_by("position").select_for_update(of=("self",))


def _reading(file: ImportedFile, office: Office, *, kind: str = "") -> Reading | None:
    """None when reading tripped: one file that does must not keep the others. Raises Busy."""
    try:
        return importing.read(_bytes_of(file), file.name, office, kind=kind)
    except Busy:
        raise
    except Exception:
        log.exception("import: %s", file.pk)
        return None


def _note(file: ImportedFile, reading: Reading | None) -> None:
    file.claimed_at, file.tries = None, 0
    if reading is None:
        _trip(file)
    elif reading.is_unscanned:
        file.problem = reading.problem
    else:
        importing.propose(file, reading)
        file.examined = reading.examined.as_json() if reading.examined and not reading.problem else {}
    if file.outcome == Outcome.REFUSED:
        _let_go(file)
    file.save()


def _trip(file: ImportedFile) -> None:
    file.read_at, file.outcome = file.read_at or clock.now(), Outcome.REFUSED
    file.document = file.saving = None
    file.problem = _("This file could not be worked on, which is our fault. It is noted in the log; the others go on.")


def _bytes_of(file: ImportedFile) -> bytes:
    assert file.original is not None
    with default_storage.open(file.original.path) as stored:
        return bytes(stored.read())


# --- drafts ----------------------------------------------------------------------------------------


def make_next(agency_id: int, run_id: int, office: Office) -> bool:
    """Make the draft of the next file of a run. False when there is none, or no scanner answers."""
    with active(agency_id):
        asked = ImportedFile.objects.filter(run_id=run_id, run__asked_at__isnull=False, outcome=Outcome.WAITING)
        file = _claimed(asked.exclude(read_at=None))
    if file is None:
        return False
    try:
        return _made(agency_id, file, office)
    except (OperationalError, Busy):
        _give_back(agency_id, file)
        raise


def _made(agency_id: int, file: ImportedFile, office: Office) -> bool:
    if file.examined and (file.kind in PROCEDURES) == (file.said.value("kind") in PROCEDURES):
        problem, is_unscanned = _scanned_again(file)
    else:  # a kind chosen by hand has other parts than the one recognised
        problem, is_unscanned = _read_again(file, office)
    if is_unscanned:
        _give_back(agency_id, file)
        return False
    with active(agency_id):
        mine = _files(file.run_id).filter(pk=file.pk, claimed_at=file.claimed_at).first()
        if mine is not None:  # it took so long that another worker makes it now, or has
            mine.understood, mine.examined = file.understood, file.examined
            _make(mine, problem)
    return True


def _scanned_again(file: ImportedFile) -> tuple[str, bool]:
    """What speaks against it now, and whether the scanner is silent: it was read up to a month ago."""
    try:
        filing.scan(_bytes_of(file))
    except filing.Refused as refused:
        return str(refused), isinstance(refused, filing.Unscanned)
    except OSError:
        return _unreadable(), False
    return "", False


def _read_again(file: ImportedFile, office: Office) -> tuple[str, bool]:
    """The same, and what was understood is that of the kind chosen."""
    reading = _reading(file, office, kind=file.kind)
    if reading is not None and reading.examined and reading.understood and not reading.problem:
        file.examined, file.understood = reading.examined.as_json(), reading.understood.as_json()
        return "", False
    return (reading.problem if reading else _unreadable()), bool(reading and reading.is_unscanned)


def _unreadable() -> str:
    return _("The file cannot be read any more. Bring it again.")


def _make(file: ImportedFile, problem: str) -> None:
    names = set(ImportedFile.objects.filter(run_id=file.run_id).values_list("name", flat=True))
    try:
        if problem:
            raise NotTaken(problem)
        importing.take(file, Examined.of(_bytes_of(file), file.examined), by=file.run.by, others=names)
    except (OperationalError, Busy):  # the database itself, or no place to read: the job is tried again
        raise
    except Rejected as wrong:
        file.problem, file.outcome = str(wrong), Outcome.REFUSED
    except Refusal as wrong:
        file.problem, file.outcome = str(wrong.message), Outcome.REFUSED
    except Exception:
        log.exception("import: %s", file.pk)
        _trip(file)
    file.examined, file.claimed_at, file.tries = {}, None, 0
    file.save()


# --- the end ---------------------------------------------------------------------------------------


@atomic
def settle(run: ImportRun) -> None:
    """All files have been dealt with: say so, once, and let go of those that became nothing."""
    run = ImportRun.objects.select_for_update(of=("self",)).select_related("by").get(pk=run.pk)
    if run.finished_at is None and not run.files.filter(outcome=Outcome.WAITING).exists():
        _finish(run, "import_finished", by=run.by)


@atomic
def expire(run: ImportRun, *, by: Member) -> None:
    """Nobody had drafts made of these files in time: they are left out, and the row of each says why."""
    run = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.finished_at or run.asked_at:
        return
    words = _(
        "Nobody had a draft made of it within %(days)s days, so the file was removed. Bring it again if it is needed."
    )
    run.files.filter(outcome=Outcome.WAITING).update(outcome=Outcome.LEFT, problem=words % {"days": DAYS_KEPT})
    _finish(run, "import_expired", by=by)


def _finish(run: ImportRun, verb: str, *, by: Member) -> None:
    become_nothing = run.files.filter(outcome__in=(Outcome.LEFT, Outcome.REFUSED)).select_related("original")
    for file in become_nothing.defer("understood", "examined"):
        _let_go(file)
        file.save(update_fields=["original", "examined"])
    run.finished_at = clock.now()
    counts = {outcome.value: run.files.filter(outcome=outcome).count() for outcome in Outcome if outcome}
    record(run, verb, by=by, details=counts)


def _let_go(file: ImportedFile) -> None:
    """Its bytes are removed once this is committed; its name, size and hash stay."""
    file.examined = {}
    if file.original is not None:
        _remove(file.original)
        file.original = None


def _remove(stored: StoredFile) -> None:
    transaction.on_commit(lambda: default_storage.delete(stored.path))
