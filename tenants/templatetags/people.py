"""Members and working hours in words, for templates. Nothing here asks the database."""

from django import template

from tenants import clock
from tenants.models import Member, WorkHours
from tenants.reports import role_names, weekdays_in_words

register = template.Library()


@register.filter
def roles(member: Member) -> str:
    """Trưởng phòng, Công chức: the roles in words."""
    return role_names(member)


@register.filter
def is_at_work(member: Member) -> bool:
    return member.at_work_on(clock.today())


@register.filter
def is_to_come(member: Member) -> bool:
    """Appointed, and the first day is still ahead."""
    return member.valid_from > clock.today()


@register.filter
def weekdays(row: WorkHours) -> str:
    """T2, T3, T4: the days of a session."""
    return weekdays_in_words(row)
