"""What the system already knows about the agency, filled into the texts of the framework set: nobody types it twice.

Places are written {agency}; what the system does not know becomes a blank (documents.blanks). `{doc:key}` names
another document of the set as the agency has it, `{bm:key}` the code of a form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from django.utils import translation

from documents.content import Content, Form
from documents.set_reader import ON_SCREEN, Template, the_set
from tenants import clock
from tenants.models import Agency, Member, Role, Unit
from tenants.querysets import in_words

AHEAD_FROM = 11  # the month
YEAR = re.compile(r"\b[Nn]ăm\s+(20\d\d)\b")
PLACE = re.compile(r"\{(doc:|bm:)?([a-z_-]+)\}")
COMMITTEE = (  # as the office calls them in the decision (domain §2.4)
    ((Role.AGENCY_HEAD,), "Trưởng ban"),
    ((Role.DEPUTY_HEAD,), "Phó Trưởng ban"),
    ((Role.ISO_SECRETARY,), "Thư ký ISO"),
    ((Role.UNIT_HEAD, Role.DOCUMENT_CONTROLLER, Role.LEAD_AUDITOR), "Thành viên"),
)
FACTS = ("agency", "superior", "place", "head_named", "units", "committee", "year")


def facts_of(agency: Agency) -> dict[str, str]:
    """The facts by their names in the texts. Three queries; the agency must be active."""
    people = list(Member.objects.at_work().select_related("unit"))
    units = list(Unit.objects.valid_on(clock.today()).order_by(in_words("name")))
    head = next((one for one in people if Role.AGENCY_HEAD in one.roles), None)
    parent = agency.parent.name if agency.parent_id and agency.parent else _in_a_sentence(agency.superior_line)
    return {
        "agency": agency.name,
        "superior": parent or _blank("cơ quan cấp trên"),
        "place": agency.place or _blank("địa điểm trụ sở"),
        "head_named": _named(head) if head else _blank("họ tên, chức vụ thủ trưởng cơ quan"),
        "units": "; ".join(unit.name for unit in units) or _blank("tên các đơn vị"),
        "committee": _committee(people),
        "year": str(clock.today().year),
    }


def _in_a_sentence(line: str) -> str:
    """A line of the letterhead in capitals does not tell names from words: a person writes it anew."""
    return "" if line.isupper() else line


def title_of(template: Template) -> str:
    return template.title.replace("{year}", str(year_of(template)))


def year_of(template: Template) -> int:
    """For which year it is begun today: what looks ahead (plan, objectives), for the next from November on."""
    today = clock.today()
    return today.year + (template.ahead and today.month >= AHEAD_FROM)


def year_named(title: str) -> int | None:
    """The year a title names: “Mục tiêu chất lượng năm 2027 …” is of 2027, whenever it was signed."""
    found = YEAR.search(title)
    return int(found[1]) if found else None


def filled(template: Template, facts: Mapping[str, str], codes: Mapping[str, str]) -> Content:
    """The content of the template with facts, codes of the agency's documents (`codes`: key → code) and role words."""

    facts = {**facts, "year": str(year_of(template))}

    def fill(text: str) -> str:
        return PLACE.sub(lambda place: _word(place, facts, codes), text)

    content: Content = _each_text(template.content, fill)
    with translation.override("vi"):  # the words become part of the official text
        words = {role.value: str(role.label) for role in Role}
    steps = tuple(replace(step, who_words=words[step.whom]) for step in content.steps)
    return replace(content, steps=steps, forms=tuple(_forms(template, codes)))


def _forms(template: Template, codes: Mapping[str, str]) -> Any:
    for named in template.forms:
        if named.key:
            yield Form(codes.get(named.key, ""), title_of(the_set().templates[named.key]))
        else:
            yield Form(ON_SCREEN, named.name)


def _word(place: re.Match[str], facts: Mapping[str, str], codes: Mapping[str, str]) -> str:
    what, key = place.groups()
    if not what:
        return facts[key]
    other = the_set().templates[key]
    code, title = codes.get(key, ""), title_of(other)
    if what == "bm:":
        return f"{code} {title}".strip()
    return f"“{title}” ({code})" if code else f"“{title}”"


def _each_text(value: Any, fill: Any) -> Any:
    """The same with every text filled, however deep."""
    if isinstance(value, str) and type(value) is str:
        return fill(value)
    if isinstance(value, tuple):
        return tuple(_each_text(part, fill) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _each_text(getattr(value, one.name), fill) for one in fields(value)})
    return value


def _committee(people: list[Member]) -> str:
    """The lines of the decision: who sits on the committee by the roles they hold here."""
    lines: list[str] = []
    seen: set[int] = set()
    for roles, words in COMMITTEE:
        for one in people:
            if one.pk not in seen and set(roles) & set(one.roles):
                seen.add(one.pk)
                named = one.name if one.title.strip() == words else _named(one)  # Thư ký ISO is both here
                lines.append(f"{len(lines) + 1}. {named}: {words};")
    for roles, words in COMMITTEE[:3]:
        if not any(set(roles) & set(one.roles) for one in people):
            lines.append(f"{len(lines) + 1}. {_blank('họ tên, chức vụ')}: {words};")
    return "\n\n".join(lines)[:-1] + "."


def _named(member: Member) -> str:
    """Name and office; what the title says of the committee is said there once."""
    office = member.title.split(",", 1)[0].strip()
    return f"{member.name}, {office}" if office else member.name


def _blank(words: str) -> str:
    return f"[… {words}]"
