"""The Celery application, and the whole night's timetable on one page."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import celeryd_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")

app = Celery("qms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Each line starts one sweep over all agencies; a sweep may strike twice and still does each thing once.
app.conf.beat_schedule = {
    "versions come into force": {
        "task": "documents.tasks.bring_into_force_everywhere",
        "schedule": crontab(minute="*/15"),
    },
    "due moments left behind": {
        "task": "processes.tasks.recompute_everywhere",
        "schedule": crontab(minute="30", hour="*/6"),  # over the day too: not every machine is on at night
    },
    "past lists against the history": {
        "task": "documents.past_check.check_past_lists_everywhere",
        "schedule": crontab(minute="50", hour="4,11"),
    },
    "law changes": {
        "task": "documents.law_sweep.open_law_updates_everywhere",
        "schedule": crontab(minute="0", hour="5,12"),
    },
    "series of records": {
        "task": "documents.record_series.follow_everywhere",
        "schedule": crontab(minute="10", hour="5,12"),
    },
    "exports past their days": {
        "task": "documents.exporting.expire_everywhere",
        "schedule": crontab(minute="40"),
    },
    "stamped copies past their days": {
        "task": "documents.stamps.clear_stamped_everywhere",
        "schedule": crontab(minute="20", hour="5,12"),
    },
    "imports nobody went on with": {
        "task": "documents.import_tasks.expire_everywhere",
        "schedule": crontab(minute="20", hour="5,12"),
    },
    "reminders": {"task": "qms.tasks.night", "schedule": crontab(minute="30", hour="5")},
    "reminders, second strike": {"task": "qms.tasks.night", "schedule": crontab(minute="30", hour="12")},
    "mails left behind": {"task": "tenants.tasks.send_waiting_mails", "schedule": crontab(minute="*/10")},
    "imports left behind": {
        "task": "documents.import_tasks.go_on_everywhere",
        "schedule": crontab(minute="*/10"),
    },
    "files left behind": {"task": "qms.tasks.render_waiting_files", "schedule": crontab(minute="*/15")},
}


@celeryd_init.connect
def refuse_bypassing_roles(**_kwargs: object) -> None:
    """A worker does not start as a role that row-level security does not bind."""
    from tenants.checks import check_at_start  # noqa: PLC0415  (needs the applications loaded)

    check_at_start()
