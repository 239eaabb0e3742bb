"""Words laid over a stored paper: obsolete, copy no. 3. The copy handed out is derived; the stored file never changes.

It is made in the confined child and kept beside the papers for some days, so that it costs nothing the next time. The
cache knows where it is; whatever the cache has forgotten is made anew, and the sweep removes what has grown old.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from functools import lru_cache
from uuid import uuid4

from celery import shared_task
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from documents import confinement
from tenants import clock
from tenants.letterhead import render
from tenants.models import StoredFile
from tenants.scoping import active_agency_id
from tenants.tasks import AgencyTask, for_each_agency
from tenants.transitions import NotPossible

STAMPS = 64  # different stamps kept drawn in one process
KEPT = dt.timedelta(days=30)
NOT_AGAIN = 600  # seconds before a paper that could not be stamped is tried again


def stamped(paper: StoredFile, mark: str, note: str = "") -> bytes:
    """The PDF with `mark` across every page and `note` at its head. Raises NotPossible when it cannot be made, Busy."""
    agency_id = active_agency_id()
    wanted = json.dumps([agency_id, paper.sha256, mark, note])
    key = f"stamped:{hashlib.sha256(wanted.encode()).hexdigest()}"
    path = cache.get(key)
    if path == "":
        raise _not_possible(paper)
    if path and (kept := _kept(path)):
        return kept
    with default_storage.open(paper.path) as file:
        content = confinement.stamped(_drawn(mark, note), bytes(file.read()))
    if not content:
        cache.set(key, "", NOT_AGAIN)
        raise _not_possible(paper)
    path = default_storage.save(f"{_folder(agency_id)}/{uuid4().hex}.pdf", ContentFile(content))
    cache.set(key, path, KEPT.total_seconds())
    return content


@shared_task
def clear_stamped_everywhere() -> int:
    """One job for each agency. Returns how many."""
    return for_each_agency(clear_stamped)


@shared_task(base=AgencyTask)
def clear_stamped(agency_id: int) -> int:
    """Stamped copies whose days are over are removed. Returns how many."""
    folder = _folder(agency_id)
    names = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
    paths = [f"{folder}/{name}" for name in names]
    over = [path for path in paths if default_storage.get_modified_time(path) < clock.now() - KEPT]
    for path in over:
        default_storage.delete(path)
    return len(over)


def _folder(agency_id: int) -> str:
    return f"{agency_id}/stamped"


def _kept(path: str) -> bytes:
    try:
        with default_storage.open(path) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return b""


def _not_possible(paper: StoredFile) -> NotPossible:
    return NotPossible(
        _(
            "This paper is too large or too unusual to be stamped, so it is not handed out. "
            "Read the text on its page, or ask the administrator for a print."
        ),
        about=paper,
    )


@lru_cache(maxsize=STAMPS)
def _drawn(mark: str, note: str) -> bytes:
    return render("stamp_pdf.html", {"mark": mark, "note": note})
