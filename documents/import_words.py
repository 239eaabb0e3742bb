"""How the journal speaks of imports, and where its lines lead."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

WORDS: dict[str, str | Promise] = {
    "import_begun": gettext_lazy("brought papers to import:"),
    "import_asked": gettext_lazy("had drafts made of the papers"),
    "import_expired": gettext_lazy("removed files nobody had drafts made of:"),
    "import_finished": gettext_lazy("the import was finished:"),
}
ADDRESSES = {"documents.importrun": lambda entry: reverse("import_run", args=[entry.about_id])}
