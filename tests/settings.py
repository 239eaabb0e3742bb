"""Settings of the test run: the real servers, a Redis database per test process, nothing slow for slowness' sake."""

import os

from qms.settings import *  # noqa: F403  (a settings module extends another one)
from qms.settings import CACHES, REDIS_URL

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
REDIS_URL = (
    REDIS_URL.rstrip("/").rsplit("/", 1)[0] + f"/{WORKER + 1}"
    if REDIS_URL.count("/") > 2
    else f"{REDIS_URL}/{WORKER + 1}"
)
CACHES["default"] |= {"LOCATION": REDIS_URL, "KEY_PREFIX": f"test{os.getpid()}"}
CELERY_BROKER_URL = CELERY_RESULT_BACKEND = REDIS_URL
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = VAR / f"test-media-{os.getpid()}"  # noqa: F405
