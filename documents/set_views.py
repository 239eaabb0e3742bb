"""Beginning from the framework set: the list by level with what is there, a preview, and one press that makes drafts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from documents import permissions, set_actions
from documents.content import blanks_in
from documents.models import Document, Kind, Version
from documents.reports import Badge, Sheet, badge_of, sheet_of
from documents.set_facts import facts_of, filled, title_of
from documents.set_matching import Item, items_of
from documents.set_reader import Template, the_set
from tenants.transitions import NotPossible
from tenants.views import deed_page, entered, only

COMING = "…"  # in the preview: a code that is given with the draft
form_page = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Row:
    """An item on the page: its place in the set, its document when there is one, else whether it can be ticked."""

    key: str
    title: str
    level: str
    clauses: str
    preview: str
    document: str
    url: str
    state: Badge | None
    free: bool
    ticked: bool
    note: str


class BeginForm(forms.Form):
    """Which items are begun."""

    items = forms.MultipleChoiceField(
        error_messages={
            "required": gettext_lazy("Tick at least one document that is to be begun."),
            "invalid_choice": gettext_lazy("This document is there already, or is not asked of this agency."),
        }
    )

    def __init__(self, *args: Any, items: list[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [item.key for item in items]  # also of those begun meanwhile: pressing again is no mistake
        self.fields["items"].choices = [(key, key) for key in keys]  # type: ignore[attr-defined]


@form_page
def framework_set(request: Any) -> HttpResponse:
    """What the set has and the agency has of it; `item` ticks only that one."""
    items = items_of(request.agency, request.member)
    may_begin = permissions.may_begin_set(request.member)
    form = BeginForm(request.POST if request.method == "POST" else None, items=items)
    if request.method == "POST" and form.is_valid():
        try:
            begun = set_actions.begin(form.cleaned_data["items"], by=request.member)
        except ValidationError as taken:
            raise NotPossible(_("Somebody took a code at the same moment. Press again.")) from taken
        if begun:
            words = ngettext(
                "%(count)s draft is begun. Fill in its blanks, then submit it for review.",
                "%(count)s drafts are begun. Fill in their blanks, then submit them for review.",
                len(begun),
            )
            messages.success(request, words % {"count": len(begun)})
        else:
            messages.info(request, _("All of these are there already. Nothing was begun."))
        return redirect("framework_set")
    there = sum(item.document is not None for item in items)
    free = len(set_actions.to_begin({item.key: item for item in items}, [item.key for item in items]))
    asked = request.GET.get("item", "")
    ticked = set(request.POST.getlist("items")) if form.is_bound else {asked} if asked else None
    context = {
        "groups": _groups(items, ticked), "form": form, "may_begin": may_begin,
        "there": there, "free": free, "total": there + free,
    }  # fmt: skip
    return render(request, "documents/framework_set.html", context)


def _groups(items: list[Item], ticked: set[str] | None) -> list[dict[str, Any]]:
    by_key = {item.key: item for item in items}
    free = {template.key for template in set_actions.to_begin(by_key, list(by_key))}
    groups = []
    for group in the_set().groups:
        rows = [_row(by_key[key], key in free, ticked) for key in group.items if key in by_key]
        groups.append({"key": group.key, "title": group.title, "rows": rows})
    return [group for group in groups if group["rows"]]


def _row(item: Item, free: bool, ticked: set[str] | None) -> Row:
    template, version = item.template, item.held or item.open
    named = item.choice.reason if item.excluded and item.choice else ""
    level = Document(kind=template.kind).level
    return Row(
        key=template.key,
        title=title_of(template),
        level=str(Kind(template.kind).label) + (_(", level %(level)s") % {"level": level} if level else ""),
        clauses=", ".join(template.clauses),
        preview=reverse("framework_template", args=[template.key]),
        document=_("restricted document") if item.hidden else str(item.document or ""),
        url=item.document.get_absolute_url() if item.document and not item.hidden else "",
        state=badge_of(version) if version else None,
        free=free,
        ticked=free and (ticked is None or template.key in ticked or template.of in ticked),
        note=_("Does not apply: %(reason)s") % {"reason": named} if named else "" if item.asked or free else _own(),
    )


def _own() -> str:
    return _("The agency has its own procedure and its own forms.")


@require_safe
def framework_template(request: Any, item: str) -> HttpResponse:
    """What the draft would say, with the facts of this agency filled in. Official text, so in Vietnamese."""
    template = the_set().templates.get(item)
    if template is None or not template.is_asked_of(request.agency.kind):
        raise Http404
    items = {one.key: one for one in items_of(request.agency, request.member)}
    sheet = _preview(template, items, request)
    context = {
        "template": template, "sheet": sheet, "blanks": blanks_in(sheet.content), "title": title_of(template),
        "item": items[item], "free": template.key in {one.key for one in set_actions.to_begin(items, list(items))},
        "forms": [title_of(form) for form in the_set().forms_of(template.key)],
        "procedure": the_set().templates.get(template.of), "clauses": ", ".join(template.clauses),
        "may_begin": permissions.may_begin_set(request.member),
    }  # fmt: skip
    return render(request, "documents/framework_template.html", context)


class AnswerForm(forms.Form):
    """Which document of the agency is meant, or why none is needed."""

    OURS, NOT_NEEDED, BACK = "ours", "not_needed", "back"

    answer = forms.ChoiceField(label=gettext_lazy("This item of the framework set"), widget=forms.RadioSelect)
    document: Any = forms.ModelChoiceField(label=gettext_lazy("Document"), queryset=None, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Why it does not apply"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, item: Item, member: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(self.OURS, _("is met by a document of ours"))]
        if item.template.keep:
            del self.fields["reason"]
        else:
            choices.append((self.NOT_NEEDED, _("does not apply to this agency")))
        if item.choice and not item.choice.begun:
            choices.append((self.BACK, _("take back what was said")))
        self.fields["answer"].choices = choices  # type: ignore[attr-defined]
        ours = Document.objects.visible_to(member).exclude(kind=Kind.OPERATIONAL_PROCEDURE)
        self.fields["document"].queryset = ours.order_by("code")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("answer") == self.OURS and not given.get("document") and "document" not in self.errors:
            self.add_error("document", _("Choose the document."))
        if given.get("answer") == self.NOT_NEEDED and not (given.get("reason") or "").strip():
            self.add_error("reason", _("Say why it does not apply."))
        return given


@form_page
def answer_item(request: Any, item: str) -> HttpResponse:
    """Say which document is the agency's for this item, or that it does not apply."""
    found = next((one for one in items_of(request.agency, request.member) if one.key == item), None)
    if found is None:
        raise Http404
    only(permissions.may_choose_item(request.member), _("the ISO secretary"))
    initial = {"answer": AnswerForm.NOT_NEEDED if found.excluded else AnswerForm.OURS, "document": found.document}
    if found.excluded and found.choice:
        initial["reason"] = found.choice.reason
    form = AnswerForm(entered(request), item=found, member=request.member, initial=initial)
    title = title_of(found.template)
    if request.method == "POST" and form.is_valid():
        match form.cleaned_data["answer"]:
            case AnswerForm.OURS:
                set_actions.name_document(item, form.cleaned_data["document"], by=request.member)
            case AnswerForm.NOT_NEEDED:
                set_actions.exclude(item, by=request.member, reason=form.cleaned_data["reason"])
            case _:
                set_actions.reopen(item, by=request.member)
        messages.success(request, _("Saved for “%(title)s”.") % {"title": title})
        return redirect("readiness")
    sentence = _("Every agency needs this document: it cannot be left out.") if found.template.keep else ""
    crumbs = [{"title": _("Readiness list"), "url": reverse("readiness")}]
    return deed_page(
        request, form, title=title, sentence=sentence, verb=_("Save"), crumbs=crumbs, back=reverse("readiness")
    )


def _preview(template: Template, items: dict[str, Item], request: Any) -> Sheet:
    codes = {key: one.document.code for key, one in items.items() if one.document and not one.hidden}
    document = Document(kind=template.kind, code=codes.get(template.key, COMING), title=title_of(template))
    with translation.override("vi"):
        content = filled(template, facts_of(request.agency), codes)
    content = replace(content, forms=tuple(replace(form, code=form.code or COMING) for form in content.forms))
    version = Version(
        document=document, issue=1, title=document.title, content=content.as_json(), drafted_by=request.member,
        agency=request.agency,
    )  # fmt: skip
    return sheet_of(version, [version])
