"""What is entered about papers that come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents import importing
from documents.forms import RESERVED_CODES, Line
from documents.models import Document, ImportedFile, Kind
from documents.sniffing import largest
from tenants import clock
from tenants.models import Unit
from tenants.querysets import in_words


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """One file or several."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=SeveralFiles(), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) and data else [data or None]
        return [super(Files, self).clean(one, initial) for one in given]


class BringForm(forms.Form):
    files: Any = Files(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy("Word (DOCX), PDF, Excel (XLSX), OpenDocument (ODT) or plain text: "
            "up to 100 files at once, or one ZIP with up to 300."),
        allow_empty_file=True, max_length=None,
    )  # fmt: skip

    def __init__(self, *args: Any, too_large: Sequence[str] = (), **kwargs: Any) -> None:
        """`too_large`: the names of files the door let go (qms.uploads)."""
        super().__init__(*args, **kwargs)
        self.too_large = too_large

    def clean(self) -> dict[str, Any]:
        if self.too_large:
            self.errors.clear()  # that nothing was chosen, where all were let go
            archives = [name for name in self.too_large if name.lower().endswith(".zip")]
            for names, most in (
                ([name for name in self.too_large if name not in archives], largest()),
                (archives, settings.UPLOAD_LARGEST_ARCHIVE),
            ):
                if names:
                    self.add_error("files", self._words(names, most))
        return super().clean() or {}

    @staticmethod
    def _words(names: Sequence[str], most: int) -> str:
        words = _(
            "Larger than %(most)s: %(names)s. Nothing was taken. Divide these files or leave them out, and bring the rest again."
        )
        return words % {"most": filesizeformat(most), "names": ", ".join(map(importing.harmless, names))}


class PaperForm(forms.Form):
    """One line of the table: what a file becomes."""

    is_wanted = forms.BooleanField(label=gettext_lazy("Take it"), required=False)
    code = Line(label=pgettext_lazy("document", "Code"), max_length=40, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    title = Line(label=pgettext_lazy("document", "Title"), max_length=500, required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit in charge"), required=False)

    def __init__(self, *args: Any, file: ImportedFile, units: list[tuple[str, str]], **kwargs: Any) -> None:
        kwargs["prefix"] = f"f{file.position}"
        kwargs["initial"] = {
            "is_wanted": file.is_wanted, "code": file.code, "kind": file.kind, "title": file.title, "unit": str(file.unit_id or ""),
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.file = file
        self.fields["kind"].choices = [("", _("choose")), *Kind.choices]  # type: ignore[attr-defined]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        for field in self:
            field.field.widget.attrs["aria-label"] = f"{field.label}: {file.name}"

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if code:
            Document._meta.get_field("code").run_validators(code)
            if code.lower() in RESERVED_CODES:
                raise ValidationError(_("This word cannot be a code. Choose another."))
        return code

    def clean(self) -> dict[str, Any]:
        entered = self.cleaned_data
        if entered.get("is_wanted"):
            if not entered.get("kind") and "kind" not in self.errors:
                self.add_error("kind", _("Choose the kind, or leave the file out."))
            if not entered.get("title") and "title" not in self.errors:
                self.add_error("title", _("Write a title, or leave the file out."))
        return entered

    @property
    def chosen(self) -> dict[str, Any]:
        entered = {**self.cleaned_data}
        unit = entered.pop("unit")
        entered["unit_id"] = int(unit) if unit else None
        return entered


def unit_choices() -> list[tuple[str, str]]:
    units = Unit.objects.valid_on(clock.today()).order_by(in_words("name"))
    return [("", "–"), *((str(unit.pk), unit.name) for unit in units)]


def paper_forms(data: Any, files: list[ImportedFile]) -> list[PaperForm]:
    """A form for each file, and words where one code is entered for two of them."""
    units = unit_choices()
    papers = [PaperForm(data, file=file, units=units) for file in files]
    if data is not None:
        seen: dict[str, str] = {}
        for paper in papers:
            code = (
                (paper.cleaned_data.get("code") or "").lower()
                if paper.is_valid() and paper.cleaned_data["is_wanted"]
                else ""
            )
            if code and code in seen:
                paper.add_error("code", _("This code stands also at %(name)s.") % {"name": seen[code]})
            elif code:
                seen[code] = paper.file.name
    return papers
