"""How an agency writes its codes, and the next free one. A number that was given is never given again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import permissions
from documents.models import CodePattern, Document, Kind
from tenants.models import Agency, Member
from tenants.transitions import NotAllowed, deed, lock

DEFAULTS = {  # where the agency has not said otherwise (domain §3.1); a form's field is that of its procedure, TP.01
    Kind.POLICY: "CSCL.{nn}",
    Kind.OBJECTIVES: "MTCL.{nn}",
    Kind.MANUAL: "STCL.{nn}",
    Kind.SYSTEM_PROCEDURE: "QT.HT.{nn}",
    Kind.OPERATIONAL_PROCEDURE: "QT.{field}.{nn}",
    Kind.INTERNAL_PROCEDURE: "QT.{field}.{nn}",
    Kind.WORK_INSTRUCTION: "HD.{field}.{nn}",
    Kind.FORM: "BM.{field}.{nn}",
    Kind.REGULATION: "QC.{nn}",
    Kind.FUNCTIONS: "CNNV.{nn}",
    Kind.JOB_DESCRIPTION: "MTCV.{nn}",
    Kind.DECISION: "QĐ.{nn}",
    Kind.ANNOUNCEMENT: "TB.{nn}",
    Kind.EXTERNAL: "BN.{nn}",
}
NUMBER = re.compile(r"\{(n+)\}")
FIELD = "{field}"


def patterns() -> dict[str, str]:
    """The pattern of every kind: the agency's own, else the usual one."""
    own = dict(CodePattern.objects.values_list("kind", "pattern"))
    return {kind.value: own.get(kind.value, usual) for kind, usual in DEFAULTS.items()}


def check_pattern(pattern: str) -> None:
    """Raises ValidationError for a pattern from which no code can come."""
    if len(NUMBER.findall(pattern)) != 1:
        raise ValidationError(_("A pattern has one running number, written {nn}."))
    Document._meta.get_field("code").run_validators(NUMBER.sub("01", pattern.replace(FIELD, "TP")))


def next_code(kind: str, field: str, *, promised: Iterable[str] = ()) -> str:
    """The next free code of this kind: one above the highest ever given, or `promised` to others of the same deed.

    Raises ValidationError when it needs a field.
    """
    pattern = patterns()[kind]
    if FIELD in pattern and not field:
        raise ValidationError(_("Name the field, or write the code yourself."))
    before, width, after = NUMBER.split(pattern.replace(FIELD, field), maxsplit=1)
    shape = re.compile(rf"{re.escape(before)}(\d{{1,9}}){re.escape(after)}", re.IGNORECASE)
    given = Document.objects.filter(code__istartswith=before).values_list("code", flat=True)
    highest = max((int(found[1]) for code in (*given, *promised) if (found := shape.fullmatch(code))), default=0)
    return f"{before}{str(highest + 1).zfill(len(width))}{after}"


@atomic
def set_patterns(wanted: Mapping[str, str], *, by: Member) -> list[str]:
    """The agency writes its codes so from now on; what has a code keeps it. Returns the kinds that changed."""
    if not permissions.may_set_codes(by):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the ISO secretary"))
    agency: Agency = lock(by.agency)
    standing = patterns()
    changed = {kind: pattern for kind, pattern in wanted.items() if pattern != standing[kind]}
    for pattern in changed.values():
        check_pattern(pattern)
    if changed:
        rows = {row.kind: row for row in CodePattern.objects.filter(kind__in=changed)}
        with deed("set_codes", agency, by=by, details={"patterns": changed}):
            for kind, pattern in changed.items():
                row = rows.get(kind) or CodePattern(kind=kind)
                row.pattern = pattern
                row.save()
    return sorted(changed)
