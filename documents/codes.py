"""How an agency writes its codes, and the next free one. A number that was given is never given again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import CharField, F, Func, QuerySet, Value
from django.db.models.functions import Upper
from django.db.transaction import atomic
from django.utils.translation import gettext as _

from documents import permissions
from documents.models import CodePattern, Document, Kind
from tenants.models import Agency, Member
from tenants.transitions import NotAllowed, deed, lock

DEFAULTS = {  # where the agency has not said otherwise (domain §3.1)
    Kind.POLICY: "CSCL.{nn}",
    Kind.OBJECTIVES: "MTCL.{nn}",
    Kind.MANUAL: "STCL.{nn}",
    Kind.SYSTEM_PROCEDURE: "QT.HT.{nn}",
    Kind.OPERATIONAL_PROCEDURE: "QT.{field}.{nn}",
    Kind.INTERNAL_PROCEDURE: "QT.{field}.{nn}",
    Kind.WORK_INSTRUCTION: "HD.{field}.{nn}",
    Kind.FORM: "BM.{field}.{nn}.{mm}",
    Kind.REGULATION: "QC.{nn}",
    Kind.FUNCTIONS: "CNNV.{nn}",
    Kind.JOB_DESCRIPTION: "MTCV.{nn}",
    Kind.DECISION: "QĐ.{nn}",
    Kind.ANNOUNCEMENT: "TB.{nn}",
    Kind.EXTERNAL: "BN.{nn}",
}
NUMBER = re.compile(r"\{(n+)\}")
WITHIN = re.compile(r"\{(m+)\}")  # of a form: counts on within its procedure, whose field and number it has
FIELD = "{field}"


@dataclass(frozen=True)
class Free:
    """A code nobody has: what begins with it, and where the page of the new document takes it from."""

    kind: str
    label: str
    field: str
    code: str


def patterns() -> dict[str, str]:
    """The pattern of every kind: the agency's own, else the usual one."""
    own = dict(CodePattern.objects.values_list("kind", "pattern"))
    return {kind.value: own.get(kind.value, usual) for kind, usual in DEFAULTS.items()}


def check_pattern(pattern: str, kind: str = "") -> None:
    """Raises ValidationError for a pattern from which no code can come."""
    if len(NUMBER.findall(pattern)) != 1:
        raise ValidationError(_("A pattern has one running number, written {nn}."))
    within = WITHIN.findall(pattern)
    if within and kind != Kind.FORM:
        raise ValidationError(_("Only forms count on within a procedure, {mm}."))
    if len(within) > 1:
        raise ValidationError(_("A pattern counts on within a procedure once, {mm}."))
    sample = WITHIN.sub("01", NUMBER.sub("01", pattern.replace(FIELD, "TP")))
    Document._meta.get_field("code").run_validators(sample)


def next_code(kind: str, field: str, procedure: Document | None = None, *, promised: Iterable[str] = ()) -> str:
    """The next free code of this kind: one above the highest ever given, whatever became of the document, or `promised`
    to others of the same deed.

    A form takes field and number of its procedure; without one `field` says both, TP.01. Raises ValidationError when
    it needs a field, or a procedure whose code has a number.
    """
    pattern = patterns()[kind]
    if WITHIN.search(pattern):
        field, number = numbered(procedure) if procedure is not None else _split(field)
        before, width, after = WITHIN.split(NUMBER.sub(number, pattern.replace(FIELD, field)), maxsplit=1)
    else:
        if procedure is not None and FIELD in pattern and not field:
            field = ".".join(numbered(procedure))
        if FIELD in pattern and not field:
            raise ValidationError(_("Name the field, or write the code yourself."))
        before, width, after = NUMBER.split(pattern.replace(FIELD, field), maxsplit=1)
    given = Document.objects.filter(code__istartswith=before).values_list("code", flat=True)
    return _above((*given, *promised), before, width, after)


def _above(given: Iterable[str], before: str, width: str, after: str) -> str:
    shape = re.compile(rf"{re.escape(before)}(\d{{1,9}}){re.escape(after)}", re.IGNORECASE)
    highest = max((int(found[1]) for code in given if (found := shape.fullmatch(code))), default=0)
    return f"{before}{str(highest + 1).zfill(len(width))}{after}"


def numbered(procedure: Document) -> tuple[str, str]:
    """Field and number in the code of a procedure: TP and 01 of QT.TP.01, by its pattern or else by its last number."""
    pattern = re.escape(patterns()[procedure.kind]).replace(re.escape(FIELD), "(?P<field>.+)")
    shape = re.sub(r"\\\{n+\\\}", r"(?P<number>\\d+)", pattern)
    if (found := re.fullmatch(shape, procedure.code, re.IGNORECASE)) and "field" in found.groupdict():
        return found["field"], found["number"]
    first, *parts = re.split(r"[.\-]", procedure.code)
    while parts and not parts[-1].isdigit():
        parts.pop()
    if not parts:
        raise ValidationError(
            _("The code %(code)s has no number. Write the code of the form yourself.") % {"code": procedure.code}
        )
    return ".".join(parts[:-1]) or first, parts[-1]


def _split(field: str) -> tuple[str, str]:
    """TP and 01 of TP.01."""
    found = re.fullmatch(r"(.+)[.\-](\d+)", field)
    if found is None:
        raise ValidationError(_("Choose the procedure the form belongs to, or write the code yourself."))
    return found[1], found[2]


def free_codes() -> list[Free]:
    """The next free code of each kind, in every field in use; forms apart, which belong to a procedure. Two queries."""
    standing, given = patterns(), list(Document.objects.order_by("code").values_list("kind", "code"))
    codes, found = [code for _kind, code in given], []
    for kind in Kind:
        pattern = standing[kind]
        if WITHIN.search(pattern):
            continue
        shape = re.sub(r"\\\{n+\\\}", r"\\d+", re.escape(pattern).replace(re.escape(FIELD), "(?P<field>.+)"))
        fields = [""]
        if FIELD in pattern:
            own = (re.fullmatch(shape, code) for of, code in given if of == kind)
            fields = sorted({match["field"] for match in own if match})
        for field in fields:
            before, width, after = NUMBER.split(pattern.replace(FIELD, field), maxsplit=1)
            found.append(Free(kind.value, str(kind.label), field, _above(codes, before, width, after)))
    return found


def same_code(code: str) -> QuerySet[Document]:
    """The document of this code, however its signs are written: QT-TP-01 and QT.TP.01 are one code on paper."""
    bare = Upper(Func(F("code"), Value(".-_"), Value(""), function="translate", output_field=CharField()))
    return Document.objects.alias(bare=bare).filter(bare=re.sub(r"[.\-_]", "", code).upper())


@atomic
def set_patterns(wanted: Mapping[str, str], *, by: Member) -> list[str]:
    """The agency writes its codes so from now on; what has a code keeps it. Returns the kinds that changed."""
    if not permissions.may_set_codes(by):
        raise NotAllowed(_("Your role in this agency does not include this."), needs=_("the ISO secretary"))
    agency: Agency = lock(by.agency)
    standing = patterns()
    changed = {kind: pattern for kind, pattern in wanted.items() if pattern != standing[kind]}
    for kind, pattern in changed.items():
        check_pattern(pattern, kind)
    if changed:
        rows = {row.kind: row for row in CodePattern.objects.filter(kind__in=changed)}
        with deed("set_codes", agency, by=by, details={"patterns": changed}):
            for kind, pattern in changed.items():
                row = rows.get(kind) or CodePattern(kind=kind)
                row.pattern = pattern
                row.save()
    return sorted(changed)
