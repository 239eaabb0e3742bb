"""The framework set as data: one file per document in `framework_set/`, its groups in `framework_set/model.yaml`.

The shape is described in docs/framework-set.md. What is wrong in a file is said with the file and the part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from documents.content import Content, LegalBasis, Malformed, RecordKept, Step, Time, TimeUnit, Who
from documents.models import PROCEDURES, Kind
from tenants.models import AgencyKind, Role
from tenants.sources import Rejected
from tenants.yaml_files import truth_of, yaml_of

FOLDER = Path(__file__).resolve().parent / "framework_set"
FORMAT = "qms-framework-set/1"
UNITS = {"hour": TimeUnit.HOUR, "day": TimeUnit.WORKING_DAY}
HEAD = {"kind", "title", "of", "clauses", "match", "yearly", "ahead", "keep", "asked_of", "leaves_out", "content"}
TEXTS = ("text", "purpose", "scope", "definitions", "limit_note", "result")
PARTS = {*TEXTS, "references", "legal_bases", "steps", "forms", "records"}
ON_SCREEN = "Trên phần mềm"  # stands for the code of a form that is a page of this system


class WrongTemplate(ValueError):
    """A file of the set does not have the shape of a template."""


@dataclass(frozen=True)
class FormNamed:
    """A form a procedure names: another template of the set (`key`), or a page of this system (`page`) with its name."""

    key: str = ""
    page: str = ""
    name: str = ""


@dataclass(frozen=True)
class Template:
    """A document of the framework set. Texts still hold their places for facts, such as {agency}."""

    key: str
    group: str
    kind: str
    title: str
    content: Content
    of: str = ""  # the procedure a form belongs to
    clauses: tuple[str, ...] = ()  # served, in ISO 9001:2015; 7.5 stands for all of 7.5
    match: tuple[str, ...] = ()  # a document of this kind serving these is taken to be it
    forms: tuple[FormNamed, ...] = ()
    yearly: bool = False  # asked for anew each year
    ahead: bool = False  # of those, that of the next year is begun from November (AHEAD_FROM)
    keep: bool = False  # no agency can say that it does not apply
    asked_of: frozenset[str] = frozenset()  # kinds of agency; empty: all
    leaves_out: tuple[str, ...] = ()  # clauses of which the text says that they do not apply; the agency notes it there

    def is_asked_of(self, kind: str) -> bool:
        return not self.asked_of or kind in self.asked_of


@dataclass(frozen=True)
class Group:
    key: str
    title_vi: str
    title_en: str
    items: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.title_vi if (get_language() or "vi").startswith("vi") else self.title_en


@dataclass(frozen=True)
class FrameworkSet:
    groups: tuple[Group, ...]
    templates: dict[str, Template] = field(default_factory=dict)  # in the order of the groups

    def forms_of(self, key: str) -> list[Template]:
        return [template for template in self.templates.values() if template.of == key]


@cache
def the_set(folder: Path = FOLDER) -> FrameworkSet:
    """Read once per process. Raises WrongTemplate, or Unreadable for what is no YAML."""
    model = yaml_of(folder / "model.yaml")
    if not isinstance(model, dict) or model.get("format") != FORMAT:
        raise WrongTemplate(f"model.yaml: format {FORMAT} is expected")
    groups, templates = [], {}
    for given in _list(model, "groups", "model.yaml"):
        title = given.get("title", {})
        group = Group(given["key"], title.get("vi", ""), title.get("en", ""), tuple(given.get("items", ())))
        groups.append(group)
        for key in group.items:
            if key in templates:
                raise WrongTemplate(f"model.yaml: {key} stands twice")
            templates[key] = template_of(folder / f"{key}.yaml", group.key)
    _check_together(folder, templates)
    return FrameworkSet(tuple(groups), templates)


def template_of(path: Path, group: str) -> Template:
    """One file as a template. Raises WrongTemplate with what is wrong, and where."""
    data, name = yaml_of(path), path.name
    if not isinstance(data, dict):
        raise WrongTemplate(f"{name}: an object is expected")
    _known(data, HEAD, name)
    kind, content = data.get("kind", ""), data.get("content", {})
    if kind not in Kind.values:
        raise WrongTemplate(f"{name}: kind “{kind}” is unknown")
    if not data.get("title", "").strip():
        raise WrongTemplate(f"{name}: the title is missing")
    if wrong := set(data.get("asked_of", ())) - set(AgencyKind.values):
        raise WrongTemplate(f"{name}: no kind of agency: {', '.join(sorted(wrong))}")
    if not isinstance(content, dict):
        raise WrongTemplate(f"{name}: content must be an object")
    _known(content, PARTS, f"{name}, content")
    if kind not in PROCEDURES and content.keys() - {"text"}:
        raise WrongTemplate(f"{name}: a {kind} has a text only")
    forms = tuple(_form(given, name) for given in _list(content, "forms", name))
    try:
        yearly, ahead, keep = (truth_of(data.get(flag), otherwise=False) for flag in ("yearly", "ahead", "keep"))
    except Rejected as wrong_flag:
        raise WrongTemplate(f"{name}: {wrong_flag}") from wrong_flag
    return Template(
        key=path.stem, group=group, kind=kind, title=data["title"].strip(), content=_content(content, name),
        of=data.get("of", ""), clauses=tuple(data.get("clauses", ())), match=tuple(data.get("match", ())), forms=forms,
        yearly=yearly, ahead=ahead, keep=keep, asked_of=frozenset(data.get("asked_of", ())),
        leaves_out=tuple(data.get("leaves_out", ())),
    )  # fmt: skip


def _content(given: dict[str, Any], name: str) -> Content:
    try:
        texts: dict[str, Any] = {part: str(given.get(part, "")).strip() for part in TEXTS}
        return Content(
            **texts,
            references=tuple(_list(given, "references", name)),
            legal_bases=tuple(LegalBasis(**basis) for basis in _list(given, "legal_bases", name)),
            steps=tuple(_step(step, name) for step in _list(given, "steps", name)),
            records=tuple(RecordKept(**record) for record in _list(given, "records", name)),
        )
    except (TypeError, Malformed) as wrong:
        raise WrongTemplate(f"{name}: {wrong}") from wrong


def _step(given: dict[str, Any], name: str) -> Step:
    _known(given, {"name", "role", "norm", "form"}, f"{name}, step")
    role = given.get("role", "")
    if role not in Role.values:
        raise WrongTemplate(f"{name}: role “{role}” is unknown")
    return Step(
        given.get("name", ""), Who.ROLE, role, norm=_norm(given.get("norm", ""), name), form=given.get("form", "")
    )


def _norm(words: str, name: str) -> Time:
    """“4 hour”, “2 day”; nothing where the step has no norm."""
    if not words:
        return Time()
    amount, _space, unit = words.partition(" ")
    try:
        return Time(Decimal(amount), UNITS[unit])
    except (InvalidOperation, KeyError) as wrong:
        raise WrongTemplate(f"{name}: norm “{words}” is not like “4 hour” or “2 day”") from wrong


def _form(given: dict[str, Any], name: str) -> FormNamed:
    _known(given, {"form", "page", "name"}, f"{name}, form")
    if ("form" in given) == ("page" in given) or ("page" in given and not given.get("name")):
        raise WrongTemplate(f"{name}: a form is another template (form), or a page with its name")
    return FormNamed(given.get("form", ""), given.get("page", ""), given.get("name", ""))


def _check_together(folder: Path, templates: dict[str, Template]) -> None:
    loose = {path.stem for path in folder.glob("*.yaml")} - {"model", *templates}
    if loose:
        raise WrongTemplate(f"model.yaml: in no group: {', '.join(sorted(loose))}")
    for template in templates.values():
        for named in template.forms:
            if named.key and (named.key not in templates or templates[named.key].of != template.key):
                raise WrongTemplate(f"{template.key}.yaml: form “{named.key}” is not a form of this procedure")
        if template.of and template.of not in templates:
            raise WrongTemplate(f"{template.key}.yaml: of “{template.of}”, which is not in the set")


def _known(given: Any, keys: set[str], where: str) -> None:
    if not isinstance(given, dict):
        raise WrongTemplate(f"{where}: an object is expected")
    if unknown := given.keys() - keys:
        raise WrongTemplate(f"{where}: unknown {', '.join(sorted(unknown))}")


def _list(given: dict[str, Any], key: str, where: str) -> list[Any]:
    found = given.get(key, [])
    if not isinstance(found, list):
        raise WrongTemplate(f"{where}: {key} must be a list")
    return found
