from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        from documents.law_words import ADDRESSES, WORDS  # noqa: PLC0415  (the models must be there first)
        from documents.record_words import RECORD_ADDRESSES, RECORD_WORDS  # noqa: PLC0415
        from tenants.reports import speak  # noqa: PLC0415

        speak(WORDS, ADDRESSES)
        speak(RECORD_WORDS, RECORD_ADDRESSES)
