"""The shell: settings, addresses, the night's timetable, home and search."""

from qms.celery import app as celery_app

__all__ = ["celery_app"]
