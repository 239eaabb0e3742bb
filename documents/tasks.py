"""What is done later and by the clock."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import IntegrityError, OperationalError

from documents import actions, reading
from documents.disposing import render_minutes, render_waiting_minutes
from documents.exporting import expire_everywhere, expire_exports, make_export, make_waiting_exports
from documents.import_tasks import expire_imports, go_on, go_on_everywhere, go_on_waiting
from documents.law_sweep import open_law_updates, open_law_updates_everywhere
from documents.models import Version
from documents.papers import render_version_pdf, render_waiting_versions
from documents.past_check import check_past_list, check_past_lists_everywhere
from documents.record_series import follow_all, follow_everywhere
from documents.sealing import NotAsSigned
from documents.stamps import clear_stamped, clear_stamped_everywhere
from tenants.models import Agency
from tenants.tasks import AgencyTask, for_each_agency
from tenants.transitions import NotPossible

__all__ = [
    "bring_due_versions_into_force",
    "bring_into_force_everywhere",
    "check_past_list",
    "check_past_lists_everywhere",
    "clear_stamped",
    "clear_stamped_everywhere",
    "expire_everywhere",
    "expire_exports",
    "expire_imports",
    "follow_all",
    "follow_everywhere",
    "go_on",
    "go_on_everywhere",
    "go_on_waiting",
    "make_export",
    "make_waiting_exports",
    "open_law_updates",
    "open_law_updates_everywhere",
    "render_minutes",
    "render_version_pdf",
    "render_waiting_minutes",
    "render_waiting_versions",
]
log = logging.getLogger("qms.documents")


@shared_task
def bring_into_force_everywhere() -> int:
    """One job for each agency. Returns how many."""
    return for_each_agency(bring_due_versions_into_force)


@shared_task(base=AgencyTask, autoretry_for=(OperationalError,), retry_backoff=30, max_retries=4)
def bring_due_versions_into_force(agency_id: int) -> int:
    """Approved versions whose day has come, each by itself: one that fails holds up no other and is tried again.

    Then whoever came to work since is asked to read what is in force. Returns how many came into force now.
    """
    brought = 0
    for version in (
        Version.objects.due_to_come_into_force().select_related("document", "agency").order_by("effective_from", "pk")
    ):
        try:
            actions.bring_into_force(version)
            brought += 1
        except NotAsSigned:  # the sheet and the check page say so too
            log.error("%s is no longer what was signed; it does not come into force", version)
        except NotPossible as moved:  # somebody withdrew it, or another worker was here
            log.info("%s stays as it is: %s", version, moved)
        except OperationalError:  # the database itself: everything is tried again later
            raise
        except Exception:  # the deed is a savepoint: what it wrote is gone, the others stay
            log.exception("%s could not be brought into force", version)
    try:
        reading.ask_newcomers(by=Agency.objects.get(pk=agency_id).clock())
    except (
        IntegrityError
    ) as asked:  # another worker, or the reader themselves, was faster; the next sweep asks the rest
        log.info("newcomers were asked meanwhile: %s", asked)
    return brought
