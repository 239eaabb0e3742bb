"""`manage.py states`: docs/states.md, drawn from the transitions the models declare."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models
from django.utils import translation
from django_fsm import FSMField

PLACE = Path(__file__).resolve().parents[3] / "docs" / "states.md"


def page() -> str:
    """The whole page: one diagram for each model with a machine."""
    with translation.override("en"):
        parts = [
            diagram(model) for model in apps.get_models() if machine_of(model) and "Historical" not in model.__name__
        ]
    return "# States\n\nDrawn by `manage.py states`; deeds people are offered stand with their label.\n\n" + "\n".join(
        parts
    )


def machine_of(model: type[models.Model]) -> FSMField | None:
    return next((field for field in model._meta.fields if isinstance(field, FSMField)), None)


def diagram(model: type[models.Model]) -> str:
    field = machine_of(model)
    assert field is not None
    lines = [f"    [*] --> {field.default}"]
    for way in sorted(field.get_all_transitions(model), key=lambda way: (str(way.source), str(way.target))):
        label = way.custom.get("label")
        lines.append(f"    {way.source} --> {way.target}: {f'{way.name} “{label}”' if label else way.name}")
    return f"## {model.__name__}\n\n```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```\n"


class Command(BaseCommand):
    help = "Draws docs/states.md from the models."

    def handle(self, *args: Any, **options: Any) -> None:
        PLACE.write_text(page())
        self.stdout.write(str(PLACE))
