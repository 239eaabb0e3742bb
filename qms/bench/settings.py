"""The settings of the measured server: those of the demo, with the addresses of the floor and a counter of queries."""

from qms.settings import *  # noqa: F403  (a settings module extends another one)
from qms.settings import CACHES, MIDDLEWARE

ROOT_URLCONF = "qms.bench.urls"
MIDDLEWARE = ["qms.bench.floor.CountQueries", *MIDDLEWARE]
CACHES["default"]["KEY_PREFIX"] = "qms-bench"
CELERY_TASK_DEFAULT_QUEUE = "qms-bench"  # no worker listens: papers are queued, which is part of the deed, not rendered
ACCOUNT_ADAPTER = "qms.bench.floor.TrustingAdapter"  # how passwords are checked is not what is measured
