"""The entry for a formatted text: an editor where scripts run, a plain area with the same text where they do not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import markup
from documents.formatted import words_of

LONGEST_WORDS = 100_000  # signs without tags


class Editor(forms.Textarea):
    """A textarea that qms/static/editor.js turns into an editor; `data-markup` is its text with all tags."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        try:
            context["widget"]["attrs"]["data-editor"] = markup.clean(value or "")
        except markup.Refused:
            context["widget"]["attrs"]["data-editor"] = ""  # too long or too deep: it stays in the area to be mended
            context["widget"]["attrs"]["data-refused"] = ""
        return context


class Formatted(forms.CharField):
    """Text with headings, lists, tables. What comes in may be the editor's tags or plain text; out comes what is kept."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        widget = Editor(attrs={"rows": rows})
        hint = gettext_lazy(
            "An empty line begins a new paragraph. Words in angle brackets, such as &lt;strong&gt;, are formatting: "
            "leave them as they stand where nothing changes."
        )
        super().__init__(required=False, widget=widget, strip=False, help_text=hint, **kwargs)

    def to_python(self, value: Any) -> str:
        written = super().to_python(value) or ""
        ProhibitNullCharactersValidator()(written)
        try:
            text = markup.clean(written)
            words = sum(len(line) for line in words_of(text))
        except markup.Refused as problem:
            raise ValidationError(str(problem)) from problem
        if words > LONGEST_WORDS:
            raise ValidationError(
                _("The text has at most %(most)s signs. Divide it into two documents.") % {"most": LONGEST_WORDS}
            )
        return text

    def prepare_value(self, value: Any) -> Any:
        """As it is written without the editor; what cannot be read stays as it came."""
        if not isinstance(value, str):
            return value
        try:
            return markup.typed(markup.blocks_of(markup.sanitised(value)))
        except markup.Refused:
            return value[: markup.LONGEST]
