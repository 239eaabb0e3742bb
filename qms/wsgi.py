"""The WSGI entry point: `gunicorn qms.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")
application = get_wsgi_application()

from tenants.checks import check_at_start  # noqa: E402  (needs the applications loaded)

check_at_start()

# What was loaded at the start lives as long as the process: collections need not look at it again, nor come after every
# few rows of a list. Without this one page in thirty waits 80 ms for one.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
