"""All addresses of the product, and those of the floor."""

from django.urls import path

from qms.bench import floor
from qms.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]

urlpatterns = [
    path("bench-floor", floor.bare),
    path("bench-door/", floor.door),
    path("bench-shell/", floor.shell),
    *urlpatterns,
]
