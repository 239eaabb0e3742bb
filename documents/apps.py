from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        import documents.file_checks  # noqa: PLC0415, F401  (registers itself)
        from documents import import_words, law_words, record_words  # noqa: PLC0415  (the models must be there first)
        from documents.hiding import lines_hidden_from  # noqa: PLC0415
        from tenants.querysets import hide  # noqa: PLC0415
        from tenants.reports import speak  # noqa: PLC0415

        for words in (law_words, import_words, record_words):
            speak(words.WORDS, words.ADDRESSES)
        hide(lines_hidden_from)
