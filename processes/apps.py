from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProcessesConfig(AppConfig):
    name = "processes"
    verbose_name = _("Procedures and dossiers")

    def ready(self) -> None:
        from processes import receivers, records  # noqa: F401, PLC0415  (they connect; models must be loaded first)
