from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        import documents.file_checks  # noqa: PLC0415, F401  (registers itself)
        from documents import import_words  # noqa: PLC0415  (the models must be there first)
        from documents.law_words import ADDRESSES, WORDS  # noqa: PLC0415
        from tenants.reports import speak  # noqa: PLC0415

        speak(WORDS, ADDRESSES)
        speak(import_words.WORDS, import_words.ADDRESSES)
