"""Pages about the people of the agency, its units, its journal and the reader's own mails."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tenants import account_actions, actions, permissions, reports
from tenants.forms import (
    AppointForm,
    JournalFilter,
    MemberForm,
    ReasonForm,
    ReleaseForm,
    UnitForm,
    asking_reason,
)
from tenants.models import JournalEntry, Mail, Member, Unit
from tenants.transitions import NotAllowed

LINES = 50  # of the journal on one page


def only(allowed: bool, needs: str) -> None:
    """403 that names who can, before a form is shown."""
    if not allowed:
        raise NotAllowed(_("Your role in this agency does not include this."), needs=needs)


def only_keepers(request: Any) -> None:
    only(permissions.may_manage_members(request.member), _("the administrator of the agency"))


def entered(request: Any) -> Any:
    """What the form was sent with, also when nothing was entered; None when the page is only opened."""
    return request.POST if request.method == "POST" else None


@never_cache
def password_once(request: Any, user: Any, password: str, onward: str) -> HttpResponse:
    """A one-time password stands on the answer itself and is kept nowhere: a message would travel in a cookie."""
    words = {"name": user.full_name, "username": user.username, "password": password, "onward": onward}
    return render(request, "tenants/password_once.html", words)


def deed_page(request: Any, form: Any, **words: Any) -> HttpResponse:
    """The page of a deed: title, sentence, form, verb, the way back, and whether it is grave."""
    crumbs = words.pop("crumbs", [{"title": _("Units and members"), "url": reverse("members")}])
    return render(request, "tenants/deed.html", {"form": form, "crumbs": crumbs, **words})


# --- people -------------------------------------------------------------------------------------


def members(request: Any) -> HttpResponse:
    """Who works here today, by unit, with their roles in words; who has left."""
    people = Member.objects.visible_to(request.member)
    today = people.at_work().values("pk")
    context = {
        "groups": reports.people_by_unit(request.member),
        "total": today.count(),
        "gone": people.exclude(pk__in=today).select_related("unit").order_by("-valid_to", "name")[:100],
        "empty_units": Unit.objects.filter(valid_to=None).exclude(members__in=today),
        "may_manage": permissions.may_manage_members(request.member),
    }
    return render(request, "tenants/members.html", context)


def member(request: Any, pk: int) -> HttpResponse:
    """One person at work here: what they are, since when, and what they did last."""
    person = _person(request, pk)
    about = JournalEntry.objects.visible_to(request.member).select_related("by")
    may_manage = permissions.may_manage_members(request.member)
    context = {
        "person": person,
        "about": reports.recent(about.about(person)[:20]),
        "deeds_done": reports.recent(about.filter(by=person)[:10]),
        "may_manage": may_manage,
        "may_renew": may_manage and permissions.may_manage_account(person.user, request.member),
    }
    return render(request, "tenants/member.html", context)


def appoint(request: Any) -> HttpResponse:
    """Somebody begins to work here. The first password of a new account is on the answer itself and kept nowhere."""
    only_keepers(request)
    form = AppointForm(entered(request), by=request.member)
    if not (request.method == "POST" and form.is_valid()):
        words = {"title": _("Appoint a member"), "verb": _("Appoint"), "back": reverse("members")}
        return deed_page(
            request, form, sentence=_("The person can sign in and work here from the first day on."), **words
        )
    password = account_actions.open_account(form.person, by=request.member) if form.is_new else ""
    details = {name: form.cleaned_data[name] for name in ("title", "unit", "roles", "valid_from")}
    person = actions.appoint(form.person, by=request.member, **details)
    if password:
        return password_once(request, person.user, password, reverse("member", args=[person.pk]))
    messages.success(
        request,
        _("%(name)s works here from %(day)s on.") % {"name": person.name, "day": f"{person.valid_from:%d/%m/%Y}"},
    )
    return redirect("member", person.pk)


def edit_member(request: Any, pk: int) -> HttpResponse:
    only_keepers(request)
    person = _person(request, pk)
    title = _("Edit %(name)s") % {"name": person.name}
    form = asking_reason(MemberForm(entered(request), instance=person, by=request.member))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.edit_member(form.save(commit=False), by=request.member, fields=form.changed_data, reason=reason)
        messages.success(request, _("%(name)s is saved.") % {"name": person.name})
        return redirect("member", pk)
    sentence = _("Roles decide what this person may sign and do from now on.")
    return deed_page(request, form, title=title, sentence=sentence, verb=_("Save"), back=reverse("member", args=[pk]))


def release(request: Any, pk: int) -> HttpResponse:
    only_keepers(request)
    person = _person(request, pk)
    form = ReleaseForm(entered(request), member=person)
    if request.method == "POST" and form.is_valid():
        actions.release(person, by=request.member, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"])
        messages.success(
            request,
            _("%(name)s works here until %(day)s.") % {"name": person.name, "day": f"{person.valid_to:%d/%m/%Y}"},
        )
        return redirect("member", pk)
    sentence = _(
        "After the last day the account no longer opens this agency. Everything signed and done stays under the name."
    )
    words = {
        "title": _("Release %(name)s") % {"name": person.name},
        "verb": _("Release"),
        "back": reverse("member", args=[pk]),
    }
    return deed_page(request, form, sentence=sentence, grave=True, **words)


def renew_password(request: Any, pk: int) -> HttpResponse:
    """A one-time password for a colleague who forgot theirs, shown once on the answer itself."""
    person = _person(request, pk)
    only(
        permissions.may_manage_account(person.user, request.member),
        _("the administrator of the only agency this person works in"),
    )
    form = ReasonForm(entered(request))
    if request.method == "POST" and form.is_valid():
        password = account_actions.renew_password(person, by=request.member, reason=form.cleaned_data["reason"])
        return password_once(request, person.user, password, reverse("member", args=[person.pk]))
    words = {
        "title": _("New password for %(name)s") % {"name": person.name},
        "verb": _("Make a new password"),
        "back": reverse("member", args=[pk]),
    }
    sentence = _("The old password ends now, and with it every open session of this account.")
    return deed_page(request, form, sentence=sentence, grave=True, **words)


def _person(request: Any, pk: int) -> Member:
    return get_object_or_404(Member.objects.visible_to(request.member).select_related("user", "unit"), pk=pk)


# --- units --------------------------------------------------------------------------------------


def open_unit(request: Any) -> HttpResponse:
    only_keepers(request)
    form = UnitForm(entered(request))
    if request.method == "POST" and form.is_valid():
        actions.open_unit(by=request.member, **form.cleaned_data)
        messages.success(request, _("The unit %(name)s is open.") % {"name": form.cleaned_data["name"]})
        return redirect("members")
    return deed_page(request, form, title=_("Open a unit"), verb=_("Open the unit"), back=reverse("members"))


def edit_unit(request: Any, pk: int) -> HttpResponse:
    only_keepers(request)
    unit = get_object_or_404(Unit.objects.visible_to(request.member), pk=pk)
    title = _("Edit %(name)s") % {"name": unit.name}
    form = asking_reason(UnitForm(entered(request), instance=unit))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.edit_unit(form.save(commit=False), by=request.member, fields=form.changed_data, reason=reason)
        messages.success(request, _("The unit %(name)s is saved.") % {"name": unit.name})
        return redirect("members")
    return deed_page(request, form, title=title, verb=_("Save"), back=reverse("members"))


# --- journal ------------------------------------------------------------------------------------


def journal(request: Any) -> HttpResponse:
    """The activity log of the agency, newest first; older lines by position: any page is as fast as the first."""
    only(permissions.may_see_journal(request.member), _("members of the agency"))
    form = JournalFilter(request.GET or None, verbs=reports.verbs())
    entries = JournalEntry.objects.visible_to(request.member).select_related("by")
    if form.is_valid():
        entries = _filtered(entries, form.cleaned_data)
    if (place := _place(request.GET.get("before", ""))) is not None:
        at, pk = place
        entries = entries.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)
    page = list(entries[: LINES + 1])
    last = page[LINES - 1] if len(page) > LINES else None
    context = {
        "filter": form,
        "filtered": form.is_bound and any(request.GET.get(name) for name in form.fields),
        "lines": reports.recent(page[:LINES]),
        "older": f"{last.at.isoformat()}_{last.pk}" if last else "",
        "first_page": place is None,
    }
    return render(request, "tenants/journal.html", context)


def _filtered(entries: Any, wanted: dict[str, Any]) -> Any:
    if wanted["q"]:
        entries = entries.filter(Q(about_label__icontains=wanted["q"]) | Q(reason__icontains=wanted["q"]))
    if wanted["by"]:
        entries = entries.filter(by=wanted["by"])
    if wanted["verb"]:
        entries = entries.filter(verb=wanted["verb"])
    if wanted["since"]:
        entries = entries.filter(at__date__gte=wanted["since"])
    if wanted["until"]:
        entries = entries.filter(at__date__lte=wanted["until"])
    return entries


def _place(words: str) -> tuple[dt.datetime, int] | None:
    """`2026-11-21T08:00:00+00:00_123`; anything else is no place, and the page begins at the newest line."""
    moment, _sign, number = words.rpartition("_")
    try:
        at = dt.datetime.fromisoformat(moment.replace(" ", "+"))
        return (at, int(number)) if at.tzinfo is not None and 0 <= int(number) < 2**63 else None
    except ValueError:
        return None


# --- mails --------------------------------------------------------------------------------------


def mails(request: Any) -> HttpResponse:
    """The reader's own mails of this agency, newest first."""
    own = Mail.objects.filter(member=request.member).defer("body")[:200]
    return render(request, "tenants/mails.html", {"mails": own})


def mail(request: Any, pk: int) -> HttpResponse:
    return render(
        request,
        "tenants/mail.html",
        {"mail": get_object_or_404(Mail, pk=pk, agency=request.agency, member=request.member)},
    )
