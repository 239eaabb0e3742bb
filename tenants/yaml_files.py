"""Reading YAML from outside without being harmed by it. JSON is YAML too.

Every scalar stays the text that was written: 4.10 is not 4.1, and nothing becomes an object of ours. The events are
counted before anything is built, so that neither depth nor aliases can make a small file large.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from tenants.sources import Rejected, Unreadable, text_of

MAX_YAML = 20 * 2**20  # bytes; the largest published library has three
MAX_EVENTS = 1_000_000
MAX_DEPTH = 40
MAX_ALIASES = 1_000
EMPTY = {"", "~", "null", "Null", "NULL"}
TRUE, FALSE = {"true", "yes", "on"}, {"false", "no", "off"}
Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def yaml_of(path: Path) -> Any:
    """The file as dicts, lists and texts. Raises Unreadable: broken, too large, too deep, entangled, several documents."""
    text = text_of(path)
    if len(text) > MAX_YAML:
        raise Unreadable(_("%(file)s is larger than %(limit)s MB.") % {"file": path.name, "limit": MAX_YAML // 2**20})
    try:
        _measure(text, path.name)
        return yaml.load(text, Loader=Loader)  # noqa: S506  (the base loader makes dicts, lists and texts only)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        words = {"file": path.name, "line": mark.line + 1 if mark else 1, "column": mark.column + 1 if mark else 1}
        raise Unreadable(_("%(file)s is broken YAML at line %(line)s, column %(column)s.") % words) from wrong
    except (yaml.YAMLError, TypeError, ValueError) as wrong:  # signs YAML does not admit; a key that is a list
        raise Unreadable(_("%(file)s is no YAML that can be read.") % {"file": path.name}) from wrong
    except RecursionError as wrong:
        raise Unreadable(_("%(file)s is nested too deep.") % {"file": path.name}) from wrong


def _measure(text: str, file: str) -> None:
    depth = aliases = documents = 0
    for events, event in enumerate(yaml.parse(text, Loader=Loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if depth > MAX_DEPTH:
            raise Unreadable(_("%(file)s is nested too deep.") % {"file": file})
        if aliases > MAX_ALIASES or events > MAX_EVENTS:
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
