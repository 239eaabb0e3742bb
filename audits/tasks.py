"""What is done later about audits: the report, rendered once by a worker."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from audits.models import Audit
from audits.reports import chart_of, report_of
from tenants import letterhead
from tenants.tasks import AgencyTask
from tenants.transitions import lock, record

STAGES = 3  # collected, rendered, stored


@shared_task(base=AgencyTask, bind=True, ignore_result=False, autoretry_for=(OSError,), retry_backoff=10, max_retries=5)
def render_report(self: Any, agency_id: int, audit_id: int) -> str:
    """Render and store the report of a closed audit, once: whoever holds the audit's lock. Returns the file's hash."""
    audit = lock(Audit(pk=audit_id))
    if audit.report is not None:
        return audit.report.sha256
    _say(self, 1, "collect")
    with override("vi"):  # official papers are Vietnamese, whoever asks
        report = report_of(audit)
        context = {
            "report": report,
            "chart": chart_of(report.answers),
            "agency": audit.agency,
            "number": _number(audit),
            "recipients": ["Thủ trưởng cơ quan", audit.unit.name, "Lưu: hồ sơ ISO"],
            "authority": ["TRƯỞNG ĐOÀN ĐÁNH GIÁ"],
        }
    _say(self, 2, "render")
    content = letterhead.render("audits/report_pdf.html", context)
    _say(self, 3, "store")
    audit.report = letterhead.store(content, name=f"{audit.code}.pdf")
    hashes = {"sha256": audit.report.sha256, "data": report.sha256}
    record(audit, "report_stored", by=audit.agency.clock(), details=hashes)
    return audit.report.sha256


@shared_task(base=AgencyTask)
def render_waiting_reports(agency_id: int) -> int:
    """Reports whose job was lost (a worker killed, the broker down) are queued again under the same job."""
    waiting = list(Audit.objects.waiting_for_report())
    for audit in waiting:
        enqueue(audit)
    return len(waiting)


def enqueue(audit: Audit) -> None:
    """Queue the rendering once what was written is committed. A broker that is down leaves it to the sweep."""
    arguments, job = (audit.agency_id, audit.pk), audit.report_job
    transaction.on_commit(lambda: render_report.apply_async(arguments, task_id=job or None), robust=True)


def _say(task: Any, done: int, words: str) -> None:
    """Tell the waiting page how far we are. Nobody waits when the task is run by hand."""
    if task.request.id:
        task.update_state(state="PROGRESS", meta={"done": done, "of": STAGES, "words": words})


def _number(audit: Audit) -> str:
    """The report's own number, from the audit's: DGNB-2026-01/BC-TH."""
    return f"{audit.code}/BC-{audit.agency.symbol}" if audit.agency.symbol else f"{audit.code}/BC"


STAGE_WORDS = {
    "collect": lambda: _("collecting answers and findings"),
    "render": lambda: _("laying out the pages"),
    "store": lambda: _("storing the file with its hash"),
}
