"""How the office writes things: dates, times, durations, numbers, names, icons, links (ui.md §7).

Everything here turns a value into words; nothing asks the database. Filters answer "" for None.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    DateInput,
    FileInput,
    RadioSelect,
    SplitDateTimeWidget,
)
from django.forms.utils import flatatt
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from tenants import words

register = template.Library()
LONG_STATE = 22  # signs from which a state may break into two lines


class Badge(Protocol):
    """A fact about a row, as documents and processes tell it."""

    @property
    def tone(self) -> str: ...
    @property
    def sign(self) -> str: ...
    @property
    def words(self) -> str: ...


WORDS = (
    words.day,
    words.short_day,
    words.clock,
    words.moment,
    words.due_moment,
    words.weekday,
    words.short_weekday,
    words.letter_day,
    words.iso,
    words.working_time,
    words.working_days,
    words.time_left,
    words.days_left,
    words.opening,
    words.number,
    words.decimal,
    words.percent,
    words.money,
    words.two_digits,
    words.file_size,
    words.masked_name,
    words.masked_phone,
)
for word in WORDS:
    register.filter(word)


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A drawing from parts/icons.svg. Never alone: a word beside it, or aria-label on the button."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def state(tone: str, sign: str, words: object) -> SafeString:
    """A fact about a row. Tone: "", active, ok, near, late, held; sign: name of an icon or ""."""
    look = f"state {tone}".rstrip() + (" long" if len(str(words)) > LONG_STATE else "")
    return format_html('<span class="{}">{}{}</span>', look, icon(sign) if sign else "", words)


@register.simple_tag
def badge(fact: Badge) -> SafeString:
    """The same of what has tone, sign and words as one thing."""
    return state(fact.tone, fact.sign, fact.words)


@register.simple_tag
def due(due: words.DueWords) -> SafeString:
    """When something is due, relative first, absolute second; the tone repeats it in colour."""
    tone = f"due {due.tone}".rstrip()
    told = format_html('<time datetime="{}">{}</time>', words.iso(due.at), due.words) if due.at else due.words
    detail = format_html("<small>{}</small>", due.detail) if due.detail else ""
    return format_html('<p class="{}">{}{}</p>', tone, told, detail)


@register.filter
def get(mapping: Mapping[object, object], key: object) -> object:
    """A value whose key is only known in the template, such as a count under its state."""
    return mapping.get(key, "")


@register.simple_tag
def cells(texts: Iterable[object], columns: Sequence[Mapping[str, object]]) -> SafeString:
    """The cells of a row of parts/register.html, the first column being its head. Drawn here: there are hundreds on a page."""
    numbers = SafeString(' class="number"')
    drawn = (
        (column["label"], numbers if column.get("number") else "", text)
        for column, text in zip(columns[1:], texts, strict=False)
    )
    return format_html_join("", '<td role="cell" data-label="{}"{}>{}</td>', drawn)


@register.simple_tag
def help_phone() -> str:
    """The province's help desk. A tag, so that the page shown when all else fails can use it too."""
    return str(getattr(settings, "HELP_PHONE", ""))


@register.simple_tag
def province() -> str:
    return str(getattr(settings, "PROVINCE_NAME", ""))


@register.inclusion_tag("parts/sort_head.html", takes_context=True)
def sort_head(context: Context, key: str, label: str, default: str = "", css: str = "") -> dict[str, object]:
    """A column head whose link sorts by `key`, keeping the rest of the query string.

    `?sort=key` ascends, `?sort=-key` descends; `default` is the order when none is asked for.
    """
    query = context["request"].GET.copy()
    current = query.get("sort") or default
    query.pop("page", None)
    query["sort"] = f"-{key}" if current == key else key
    order = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    return {"label": label, "query": query.urlencode(), "order": order, "css": css}


@register.simple_tag(takes_context=True)
def export_query(context: Context, kind: str) -> str:
    """The list's own address with its filter, as a file: ?…&as=xlsx."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    query["as"] = kind
    return f"?{query.urlencode()}"


# --- forms ---------------------------------------------------------------------------------------
# The parts draw label, hint and error; `control` draws the input and ties it to them.

UNBOXED = (CheckboxInput, CheckboxSelectMultiple, RadioSelect)


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of the hint and the error of a field, in reading order; "" when it has neither."""
    name = field.auto_id
    hints = [f"{name}-h"] if field.help_text else []
    wrongs = [f"{name}-w"] if field.errors else []
    return " ".join(hints + wrongs)


@register.filter
def anchor(field: BoundField) -> str:
    """The id an error summary links to: the input itself, or the first choice of a group."""
    if isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple)):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


@register.filter
def is_tick(field: BoundField) -> bool:
    """One box to tick: its label stands behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.simple_tag
def options(groups: Iterable[tuple[object, list[dict[str, Any]], int]]) -> SafeString:
    """The options of a select. Drawn here: a page has fifty of them, and a template takes ten times as long."""
    drawn = []
    for name, group, _place in groups:
        inside = SafeString("".join(map(_option, group)))
        drawn.append(format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, inside) if name else inside)
    return SafeString("".join(drawn))


def _option(option: dict[str, Any]) -> SafeString:
    attributes = flatatt(option["attrs"]) if option["attrs"] else ""
    return format_html('\n  <option value="{}"{}>{}</option>', option["value"], attributes, option["label"])


@register.simple_tag
def control(field: BoundField, **attrs: object) -> SafeString:
    """The input of a field: class, hint and error tied to it, further attributes as keywords (`_` becomes `-`).

    `css="short"` adds a class. A placeholder that only repeats the label is dropped.
    """
    widget = field.field.widget
    final: dict[str, Any] = {name.replace("_", "-"): value for name, value in attrs.items() if name != "css"}
    if not isinstance(widget, UNBOXED):
        classes = ["input", str(attrs.get("css", "")), str(widget.attrs.get("class", ""))]
        final["class"] = " ".join(dict.fromkeys(" ".join(classes).split()))
    if not field.use_fieldset and (ids := described_by(field)):
        final.setdefault("aria-describedby", ids)
    if isinstance(widget, DateInput) and widget.input_type == "text":
        final.setdefault("placeholder", widget.attrs.get("placeholder", gettext("dd/mm/yyyy")))
        final.setdefault("autocomplete", widget.attrs.get("autocomplete", "off"))
    if str(widget.attrs.get("placeholder", "")) == str(field.label):
        final.setdefault("placeholder", False)
    if isinstance(widget, SplitDateTimeWidget):
        for part, label in zip(widget.widgets, (gettext("Day"), gettext("Hour")), strict=True):
            part.attrs.setdefault("aria-label", label)
    if isinstance(widget, FileInput) and not field.field.required:
        final.setdefault("required", False)
    seen = field.as_hidden(only_initial=True) if field.field.show_hidden_initial else ""  # tenants.forms.SeenForm
    return format_html("{}{}", field.as_widget(attrs=final), seen)
