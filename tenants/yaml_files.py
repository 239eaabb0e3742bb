"""Reading YAML from outside without being harmed by it. JSON is YAML too.

Every scalar stays the text that was written: 4.10 is not 4.1, and nothing becomes an object of ours. The file is
measured before anything is built, as if each alias were written out: a small file cannot become a large one.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from tenants.sources import Rejected, Unreadable, text_of

MAX_YAML = 20 * 2**20  # bytes; the largest published library has three
MAX_WEIGHT = 1_000_000  # an entry weighs one, and one more for each hundred signs
MAX_DEPTH = 40
BARE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")  # signs YAML admits only by their number
EMPTY = {"", "~", "null", "Null", "NULL"}
TRUE, FALSE = {"true", "yes", "on", "y", "1"}, {"false", "no", "off", "n", "0"}


class Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """Dicts, lists and texts only. `<<: *other` takes from the other mapping what this one lacks."""

    flatten_mapping = yaml.constructor.SafeConstructor.flatten_mapping

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        if isinstance(node, yaml.MappingNode):
            self.flatten_mapping(node)
        return super().construct_mapping(node, deep=deep)


Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile("<<"), ["<"])


def yaml_of(path: Path) -> Any:
    """The file as dicts, lists and texts. Raises Unreadable: broken, too large, too deep, entangled, several documents."""
    text = text_of(path)
    if len(text) > MAX_YAML:
        raise Unreadable(_("%(file)s is larger than %(limit)s MB.") % {"file": path.name, "limit": MAX_YAML // 2**20})
    if text.lstrip().startswith(("{", "[")):  # tabs and halves of emoji, which JSON knows and YAML does not
        with suppress(ValueError, RecursionError):
            text = json.dumps(json.loads(text, parse_int=str, parse_float=str, parse_constant=str), ensure_ascii=False)
            text = BARE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)
    try:
        _measure(text, path.name)
        return yaml.load(text, Loader=Loader)  # noqa: S506  (it makes dicts, lists and texts only)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        words = {"file": path.name, "line": mark.line + 1 if mark else 1, "column": mark.column + 1 if mark else 1}
        raise Unreadable(_("%(file)s is broken YAML at line %(line)s, column %(column)s.") % words) from wrong
    except (yaml.YAMLError, TypeError, ValueError) as wrong:  # signs YAML does not admit; a key that is a list
        raise Unreadable(_("%(file)s is no YAML that can be read.") % {"file": path.name}) from wrong
    except RecursionError as wrong:
        raise Unreadable(_("%(file)s is nested too deep.") % {"file": path.name}) from wrong


def _measure(text: str, file: str) -> None:
    weight = documents = 0
    begun: list[tuple[str | None, int]] = []  # of each open collection its anchor, and the weight before it
    weights: dict[str, int] = {}  # of what an alias stands for
    for event in yaml.parse(text, Loader=Loader):
        before, weight = weight, weight + 1
        if isinstance(event, yaml.CollectionStartEvent):
            begun.append((event.anchor, before))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = begun.pop()
            if anchor:
                weights[anchor] = weight - before
        elif isinstance(event, yaml.ScalarEvent):
            weight += len(event.value) // 100
            if event.anchor:
                weights[event.anchor] = weight - before
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _before in begun):  # what holds itself has no end
                raise Unreadable(_("%(file)s has too many entries or aliases.") % {"file": file})
            weight += weights.get(event.anchor or "", 0)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if len(begun) > MAX_DEPTH:
            raise Unreadable(_("%(file)s is nested too deep.") % {"file": file})
        if weight > MAX_WEIGHT:
            raise Unreadable(_("%(file)s has too many entries or aliases.") % {"file": file})
        if documents > 1:
            raise Unreadable(_("%(file)s holds several YAML documents; one is expected.") % {"file": file})


def truth_of(value: Any, *, otherwise: bool) -> bool:
    """true or false as YAML writes them; `otherwise` where nothing stands. Raises Rejected for anything else."""
    if value is None or (isinstance(value, str) and value.strip() in EMPTY):
        return otherwise
    word = value.strip().lower() if isinstance(value, str) else ""
    if word not in TRUE | FALSE:
        raise Rejected(_("“%(text)s” is neither true nor false.") % {"text": str(value)[:40]})
    return word in TRUE
