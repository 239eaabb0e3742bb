"""The menu: the same for everyone in the agency (ui.md §2.1); counts are the member's or the agency's."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from documents.querysets import Ids, hidden_ids
from tenants import clock
from tenants.links import address
from tenants.models import Role
from tenants.permissions import may_use_admin

GROUPS: list[tuple[Promise | str, list[tuple[Promise | str, str, str, str, str]]]] = [
    # title, [(item, url name, query, icon, count)]
    (_("Work"), [
        (_("My work"), "home", "", "tasks", "mine"),
        (_("Dossiers"), "dossiers", "", "dossier", "dossiers"),
        (_("Near due, late"), "dossiers", "?due=near,late", "warning", "late"),
        (_("Calendar"), "calendar", "", "plan", ""),
    ]),
    (_("Documents"), [
        (_("Master list"), "documents", "", "document", "documents"),
        (_("Procedures"), "procedures", "", "procedure", ""),
        (_("Catalogue of services"), "services", "", "tasks", ""),
        (_("Legal documents"), "legal_texts", "", "law", "law_late"),
        (_("To read"), "acknowledgements", "", "read", "unread"),
        (_("Register of records"), "records", "", "dossier", ""),
        (_("Requests for change"), "change_requests", "", "edit", ""),
    ]),
    (_("Quality"), [
        (_("Internal audit"), "audits", "", "audit", ""),
        (_("Evidence by clause"), "evidence", "", "check", ""),
        (_("Standards"), "standards", "", "target", ""),
    ]),
    (_("Agency"), [
        (_("Units and members"), "members", "", "people", ""),
        (_("Delegations of signing"), "delegations", "", "sign", ""),
        (_("Activity log"), "journal", "", "history", ""),
        (_("My mail"), "mails", "", "feedback", ""),
    ]),
]  # fmt: skip

COUNTS = """
    SELECT
      (SELECT count(*) FROM processes_task t WHERE t.agency_id = %(agency)s AND t.state = 'open' AND (t.member_id = %(member)s
          OR (t.member_id IS NULL AND (t.unit_id = %(unit)s OR (t.unit_id IS NULL AND t.role = ANY(%(roles)s)))))),
      (SELECT count(*) FROM processes_dossier d WHERE d.agency_id = %(agency)s
          AND d.state IN ('received', 'processing', 'result_ready')),
      (SELECT count(*) FROM processes_dossier d WHERE d.agency_id = %(agency)s
          AND d.state IN ('received', 'processing') AND d.due_at < %(now)s),
      (SELECT count(*) FROM documents_version v WHERE v.agency_id = %(agency)s AND v.state = 'in_force' AND v.document_id {seen}),
      (SELECT count(*) FROM documents_acknowledgement a JOIN documents_version w ON w.id = a.version_id AND w.state = 'in_force'
          WHERE a.agency_id = %(agency)s AND a.member_id = %(member)s AND a.read_at IS NULL AND w.document_id {seen}),
      (SELECT count(*) FROM documents_legalupdate l WHERE l.agency_id = %(agency)s AND l.state = 'open' AND l.due_on < %(today)s
          AND l.document_id {seen})
"""  # one statement for all counts: the menu is on every page


def menu(request: Any) -> list[dict[str, Any]]:
    """The groups with their items and counts, in one query."""
    member = request.member
    counts = count(member)
    here = request.path + (f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else "")
    administration = (_("Administration"), "admin:index", "", "edit", "")
    groups = []
    for title, items in GROUPS:
        extra = [administration] if items is GROUPS[-1][1] and may_use_admin(member) else []
        groups.append(
            {"title": title, "items": [_item(*item, counts, request.path, here) for item in [*items, *extra]]}
        )
    if member.has_role(Role.OVERSEER, Role.PROVINCE_LEADER):
        agencies = _item(_("Agencies"), "province", "", "agency", "", {}, request.path, here)
        groups.append({"title": _("Province"), "items": [agencies]})
    return groups


def count(member: Any) -> dict[str, int]:
    with connection.cursor() as cursor:
        values = {
            "agency": member.agency_id,
            "member": member.pk,
            "unit": member.unit_id,
            "roles": list(member.roles),
            "now": clock.now(),
            "today": clock.today(),
        }
        hidden, more = _hidden(member)
        cursor.execute(COUNTS.replace("{seen}", hidden), values | more)
        return dict(
            zip(("mine", "dossiers", "late", "documents", "unread", "law_late"), cursor.fetchone(), strict=True)
        )


def _hidden(member: Any) -> tuple[str, dict[str, Any]]:
    """That a document is none the member may not see, as SQL with its values."""
    ids = hidden_ids(member)
    if not isinstance(ids, Ids):
        return "IS NOT NULL", {}
    names = [f"hidden_{place}" for place in range(len(ids.values))]
    return f"NOT IN (SELECT {ids.call % tuple(f'%({name})s' for name in names)})", dict(
        zip(names, ids.values, strict=True)
    )


def _item(
    title: Any, name: str, query: str, icon: str, counted: str, counts: dict[str, int], path: str, here: str
) -> dict[str, Any]:
    url = address(name)
    number = counts.get(counted)
    is_late = counted.endswith("late")
    late = is_late and number
    under = path.startswith(url) and (url != address("home") or path == url)
    return {
        "title": title,
        "url": url + query,
        "icon": icon,
        "count": None if is_late else number or None,
        "count_late": ngettext("%d late", "%d late", number) % number if late and number else "",
        "current": here == url + query if query or ("?" in here and name == "dossiers") else under,
    }
