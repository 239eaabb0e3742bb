"""Why a due date is what it is: the clock's lines (tenants.due) and cells (tenants.strip) put into words.

The words are those of the glossary; the reckoning itself is nobody's business here.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from tenants.due import Due, Line, LineKind
from tenants.strip import Day, DayKind
from tenants.words import (
    clock,
    day,
    due_moment,
    limit_words,
    moment,
    short_day,
    short_weekday,
    weekday,
    working_time,
)

register = template.Library()
register.filter(limit_words)

# classes of parts/days.html
KINDS = {DayKind.OFF: "off", DayKind.WEEKLY_REST: "off", DayKind.HELD: "held-day", DayKind.DUE: "due-day"}


@dataclass(frozen=True)
class LedgerLine:
    """One row of parts/ledger.html."""

    label: str
    text: str
    source: str = ""
    struck: bool = False
    sum: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell of parts/days.html."""

    label: str
    words: str
    kind: str = ""
    today: bool = False


@register.filter
def ledger_lines(due: Due, source: str = "") -> list[LedgerLine]:
    """Every line of the explanation, the result last. `source` is where the rule stands ("QT.TP.01, mục 5.4")."""
    return [_ledger_line(line, due, source) for line in due.lines]


@register.filter
def day_cells(due: Due, today: date | None = None) -> list[Cell]:
    """The strip of days; every cell has its word."""
    now = timezone.localtime()
    return [_cell(cell, due, today or now.date(), now) for cell in due.days]


def _ledger_line(line: Line, due: Due, source: str) -> LedgerLine:
    match line.kind:
        case LineKind.RULE:
            row = LedgerLine(gettext("Rule"), limit_words(line.limit, due.cut_off), source)
        case LineKind.ORIGINAL:
            row = LedgerLine(gettext("Due at first"), due_moment(line.at), struck=True)
        case LineKind.RESULT:
            text = due_moment(line.at) if line.at else gettext("moves with the end of the pause")
            row = LedgerLine(gettext("Result is due"), text, sum=True)
        case LineKind.NOT_ANNOUNCED:
            text = gettext("The days off after %(day)s have not been announced.") % {"day": day(line.day)}
            row = LedgerLine(gettext("Estimate"), text)
        case LineKind.PAUSE | LineKind.PAUSE_OPEN | LineKind.PAUSE_WITHOUT_EFFECT:
            row = _pause_line(line)
        case LineKind.DAY_OFF | LineKind.WEEKLY_REST | LineKind.MAKE_UP_DAY | LineKind.END_MOVED:
            row = _closed_line(line)
        case _:
            row = LedgerLine(gettext("Complete dossier received"), _start_words(line, due))
    return row


def _start_words(line: Line, due: Due) -> str:
    values = {"received": due_moment(due.received), "start": due_moment(line.at)}
    values |= {"cut_off": line.name, "why": line.name}
    match line.kind:
        case LineKind.STARTED_AFTER_CUT_OFF:
            return gettext("%(received)s, after %(cut_off)s, so the next working day counts") % values
        case LineKind.STARTED_OUTSIDE_HOURS:
            return gettext("%(received)s, outside reception hours, so it counts from %(start)s") % values
        case LineKind.STARTED_ON_CLOSED_DAY if line.name:
            return gettext("%(received)s, a day off (%(why)s), so it counts from %(start)s") % values
        case LineKind.STARTED_ON_CLOSED_DAY:
            return gettext("%(received)s, a day of weekly rest, so it counts from %(start)s") % values
    return due_moment(line.at)


def _closed_line(line: Line) -> LedgerLine:
    named = f"{weekday(line.day)} {short_day(line.day)}" + (f", {line.name}" if line.name else "")
    match line.kind:
        case LineKind.WEEKLY_REST:
            count = line.count or 0
            text = ngettext("%(count)s day of weekly rest", "%(count)s days of weekly rest", count) % {"count": count}
            return LedgerLine(gettext("Not counted"), text)
        case LineKind.MAKE_UP_DAY:
            return LedgerLine(gettext("Make-up day, counted"), named)
        case LineKind.END_MOVED:
            text = gettext("%(day)s, so it ends at %(until)s") % {"day": named, "until": due_moment(line.at)}
            return LedgerLine(gettext("Last day is a day off"), text)
    return LedgerLine(gettext("Not counted"), named)


def _pause_line(line: Line) -> LedgerLine:
    since = moment(line.at)
    if line.kind is LineKind.PAUSE_OPEN or line.until is None:
        return LedgerLine(gettext("Paused"), gettext("since %(since)s") % {"since": since}, line.name)
    span = gettext("from %(since)s to %(until)s") % {"since": since, "until": moment(line.until)}
    if line.kind is LineKind.PAUSE_WITHOUT_EFFECT:
        return LedgerLine(gettext("Pause that moves nothing"), span, line.name)
    if line.minutes is not None:
        added = working_time(line.minutes)
    else:
        count = line.count or 0
        added = ngettext("%(count)s day", "%(count)s days", count) % {"count": count}
    words = gettext("%(span)s; adds %(added)s") % {"span": span, "added": added}
    return LedgerLine(gettext("Paused"), words, line.name)


def _cell(cell: Day, due: Due, today: date, now: datetime) -> Cell:
    is_today = cell.day == today and cell.kind is not DayKind.SKIPPED
    label = f"{short_weekday(cell.day)} {short_day(cell.day)}"
    kind = KINDS.get(cell.kind, "")
    if cell.kind is DayKind.SKIPPED:
        label = f"{short_day(cell.day)} – {short_day(cell.until)}"
    if cell.kind is DayKind.DUE and due.at and due.at < now:
        kind = "past"
    words = [_cell_words(cell)]
    if cell.number is not None and cell.kind in (DayKind.DUE, DayKind.RECEIVED, DayKind.STARTED):
        words.insert(0, gettext("day %(number)s") % {"number": cell.number})
    if is_today:
        words.append(gettext("today"))
    return Cell(label, ", ".join(words), kind, is_today)


def _cell_words(cell: Day) -> str:
    if cell.kind is DayKind.SKIPPED:
        count = cell.number or 0
        return ngettext("%(count)s day more", "%(count)s days more", count) % {"count": count}
    if cell.kind is DayKind.OFF:
        return cell.name or gettext("day off")
    if cell.kind is DayKind.COUNTED:
        return gettext("day %(number)s") % {"number": cell.number} if cell.number is not None else gettext("counted")
    words = {
        DayKind.RECEIVED: gettext("received %(time)s"),
        DayKind.STARTED: gettext("counted from %(time)s"),
        DayKind.DUE: gettext("due %(time)s"),
        DayKind.WEEKLY_REST: gettext("weekly rest"),
        DayKind.HELD: gettext("paused"),
    }
    return words[cell.kind] % {"time": clock(cell.at)}
