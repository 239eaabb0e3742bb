from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = _("Internal audit")

    def ready(self) -> None:
        from audits.deeds import ADDRESSES, WORDS  # noqa: PLC0415  (the models must be there first)
        from tenants.reports import speak  # noqa: PLC0415

        speak(WORDS, ADDRESSES)
