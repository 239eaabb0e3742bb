"""Reminders: the clock's sweep makes each of them once, and tells each person in one mail what is new.

What there is to remind of is asked of the apps as occasions. An occasion names a thing, the moment it is measured by
and the rung of its ladder reached by now, never the day of the sweep: so a sweep may strike twice, at once in two
workers, or after days of standstill, and the unique key of the reminder still lets each through once. Rungs missed
meanwhile are passed over: only the newest is made.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Count
from django.db.transaction import atomic
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import ngettext

from tenants import clock
from tenants.calendar import calendar_of
from tenants.links import absolute, below
from tenants.mails import LONGEST_SUBJECT
from tenants.models import Agency, Mail, Member, Reminder
from tenants.scoping import active_agency_id
from tenants.workdays import MINUTES_PER_DAY, Calendar

LONGEST_SECTION = 20  # lines of one kind in one mail; the rest is counted and stands on the person's own page
INSERTED_AT_ONCE = 20_000  # rows in one statement

# NOT EXISTS only saves work on a night when little is new; ON CONFLICT is what makes two at once safe.
INSERT = """
    INSERT INTO tenants_reminder (agency_id, made_at, member_id, key, kind, text, path)
    SELECT %s, %s, row.member_id, row.key, row.kind, row.text::jsonb, row.path
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
        WITH ORDINALITY AS row (member_id, key, kind, text, path, place)
    WHERE NOT EXISTS (
        SELECT FROM tenants_reminder known
        WHERE known.agency_id = %s AND known.member_id = row.member_id AND known.key = row.key
    )
    ORDER BY row.place
    ON CONFLICT (agency_id, member_id, key) DO NOTHING
    RETURNING id, member_id, key
"""
PUT_INTO = """
    UPDATE tenants_reminder r SET mail_id = told.mail
    FROM unnest(%s::bigint[], %s::bigint[]) AS told (reminder, mail)
    WHERE r.agency_id = %s AND r.id = told.reminder
"""


@dataclass(frozen=True)
class Occasion:
    """One member should hear of one thing. `about`, `moment` and `rung` are its key: equal keys, one reminder."""

    member_id: int
    kind: str  # a section of the digest: templates/mails/<kind>.txt
    about: str  # the row: "task 17"
    moment: dt.datetime | dt.date  # what it is measured by; a due date that moves makes a new occasion
    rung: str  # how far the matter has come: "near", "late 2"
    path: str  # below the agency's address
    text: dict[str, Any]  # what the section says about it, in no language yet

    @property
    def key(self) -> str:
        if isinstance(self.moment, dt.datetime):
            moment = f"{timezone.localtime(self.moment):%Y-%m-%dT%H:%M}"
        else:
            moment = f"{self.moment:%Y-%m-%d}"
        return f"{self.about} {moment} {self.rung}"


@dataclass(frozen=True)
class Night:
    """One sweep of the active agency: the moment it happens at, its calendar, and who is at work to be reminded."""

    agency: Agency
    now: dt.datetime
    calendar: Calendar
    staff: Sequence[Member]

    @classmethod
    def of(cls, agency: Agency) -> Night:
        """Two queries and the calendar's. Whoever has left, or may no longer sign in, is not among the staff."""
        at_work = Member.objects.at_work().filter(user__is_active=True).select_related("user").order_by("pk")
        return cls(agency=agency, now=clock.now(), calendar=calendar_of(agency), staff=list(at_work))

    @cached_property
    def today(self) -> dt.date:
        return timezone.localdate(self.now)

    @cached_property
    def by_id(self) -> dict[int, Member]:
        return {member.pk: member for member in self.staff}

    def in_role(self, *roles: str) -> list[Member]:
        return [member for member in self.staff if set(roles) & set(member.roles)]

    def of_unit(self, unit_id: int | None) -> list[Member]:
        return [member for member in self.staff if unit_id is not None and member.unit_id == unit_id]

    def working_days_since(self, moment: dt.datetime) -> float:
        """Working time since `moment` in days of eight hours; 0 for a moment still to come."""
        return self.calendar.working_minutes_between(min(moment, self.now), self.now) / MINUTES_PER_DAY

    def weeks_since(self, moment: dt.datetime) -> int:
        """Whole weeks of the calendar since `moment`: the rungs of what is said again every week."""
        return (self.now - moment).days // 7


Ask = Callable[[Night], Iterable[Occasion]]


@atomic
def remind(agency: Agency, ask: Iterable[Ask]) -> list[Mail]:
    """Ask every app for occasions, make the reminders that are new, write one digest for each person who has any.

    The agency is active. Returns the mails written, which are yet to be sent: what is committed here is never lost,
    what is not is found again by the next sweep. A further sweep of the day that finds something new writes a further
    digest rather than stay silent or change a mail that has gone out.
    """
    _take_turns(agency)
    night = Night.of(agency)
    occasions = [occasion for asked in ask for occasion in asked(night) if occasion.member_id in night.by_id]
    kinds = list(dict.fromkeys(occasion.kind for occasion in occasions))
    made = _insert(occasions, night.now)
    if not made:
        return []
    day = f"digest-{night.today:%Y-%m-%d}"
    earlier = _digests_of(day)
    mails: list[Mail] = []
    news: list[list[Reminder]] = []
    made.sort(key=lambda reminder: (reminder.member_id, kinds.index(reminder.kind)))
    for member_id, theirs in groupby(made, key=lambda reminder: reminder.member_id):
        member, count = night.by_id[member_id], earlier.get(member_id, 0)
        news.append(list(theirs))
        mails.append(_digest(member, agency, news[-1], key=f"{day}-{count + 1}" if count else day, now=night.now))
    Mail.objects.bulk_create(mails)
    _put_into(mails, news)
    return mails


def _take_turns(agency: Agency) -> None:
    """One sweep of an agency at a time, until the transaction ends.

    The unique key alone keeps two from making the same reminder; this spares the second one its work, and a quarrel
    about the number of the digest.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tenants.reminders'), %s::int)", [agency.pk])


def _insert(occasions: list[Occasion], now: dt.datetime) -> list[Reminder]:
    """Write the reminders that are not there yet and return them: inserted means ours, whoever else inserts now.

    In the order of their keys, so that two who insert the same never wait for each other crosswise. They come back in
    the order of the occasions, which is the order a person reads them in.
    """
    by_key = {(occasion.member_id, occasion.key): occasion for occasion in occasions}
    keys, agency_id = sorted(by_key), active_agency_id()
    ours: list[Reminder] = []
    with connection.cursor() as cursor:
        for start in range(0, len(keys), INSERTED_AT_ONCE):
            rows = [by_key[key] for key in keys[start : start + INSERTED_AT_ONCE]]
            values: list[list[Any]] = [
                [row.member_id for row in rows],
                [row.key for row in rows],
                [row.kind for row in rows],
                [json.dumps(row.text, ensure_ascii=False, cls=DjangoJSONEncoder) for row in rows],
                [row.path for row in rows],
            ]
            cursor.execute(INSERT, [agency_id, now, *values, agency_id])
            for pk, member_id, key in cursor.fetchall():
                row = by_key[member_id, key]
                text = json.loads(json.dumps(row.text, cls=DjangoJSONEncoder))
                ours.append(Reminder(pk=pk, member_id=member_id, key=key, kind=row.kind, text=text, path=row.path))
    place = {key: number for number, key in enumerate(by_key)}
    return sorted(ours, key=lambda reminder: place[reminder.member_id, reminder.key])


def _digest(member: Member, agency: Agency, reminders: list[Reminder], *, key: str, now: dt.datetime) -> Mail:
    """What is new for this person, in their language. Plain text, written once; nothing here asks the database."""
    user = member.user
    assert user is not None  # only the clock is nobody, and it is not among the staff
    site = absolute("", agency=agency)
    with translation.override(user.language):
        sections = []
        for kind, rows in groupby(reminders, key=lambda reminder: reminder.kind):
            lines = [_line(row, site) for row in rows]
            context = {"lines": lines[:LONGEST_SECTION], "more": len(lines[LONGEST_SECTION:]), "count": len(lines)}
            sections.append(render_to_string(f"mails/{kind}.txt", context).strip())
        context = {
            "member": member, "user": user, "agency": agency, "sections": sections,
            "home": site, "mails": site + below("mails"), "day": timezone.localdate(now),
        }  # fmt: skip
        body = render_to_string("mails/digest.txt", context).strip() + "\n"
        count = len(reminders)
        words = ngettext("%(count)s reminder, %(day)s, %(agency)s", "%(count)s reminders, %(day)s, %(agency)s", count)
        subject = words % {"count": count, "day": f"{timezone.localdate(now):%d/%m/%Y}", "agency": agency.name}
    return Mail(member=member, key=key, subject=" ".join(subject.split())[:LONGEST_SUBJECT], body=body, made_at=now)


def _line(reminder: Reminder, site: str) -> dict[str, Any]:
    """One reminder for its section: its text with real moments, and the link that opens the right agency."""
    line = dict(reminder.text, link=site + reminder.path)
    if "due" in line:
        line["due"] = parse_datetime(line["due"])
    if "day" in line:
        line["day"] = parse_date(line["day"])
    return line


def _put_into(mails: list[Mail], news: list[list[Reminder]]) -> None:
    """Note for each reminder the mail that tells it."""
    pairs = [(reminder.pk, mail.pk) for mail, reminders in zip(mails, news, strict=True) for reminder in reminders]
    with connection.cursor() as cursor:
        cursor.execute(PUT_INTO, [[pair[0] for pair in pairs], [pair[1] for pair in pairs], active_agency_id()])


def _digests_of(day: str) -> dict[int, int]:
    """How many digests each member has had on this day."""
    rows = Mail.objects.filter(key__startswith=day).values_list("member_id").annotate(count=Count("pk"))
    return dict(rows.order_by())
