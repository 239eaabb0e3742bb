"""What an agency that has ended may leave behind: dossiers not closed keep the sweeps coming."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from processes.models import Dossier
from tenants.signals import work_asked


@receiver(work_asked, dispatch_uid="dossiers left open")
def dossiers_left_open(**_words: Any) -> bool:
    return Dossier.objects.open().exists()
