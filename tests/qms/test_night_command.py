"""The night struck by hand: `manage.py night`."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from qms.tasks import ASKED
from tenants import clock
from tenants.models import Member
from tenants.reminders import Night, Occasion
from tests import cast as the_cast
from tests.cast import Cast
from tests.qms.nights import MONDAY, THURSDAY, WEDNESDAY, busy, digest, end, without_hours

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.at(MONDAY):
        yield the_cast.build()


def by_hand(*arguments: str) -> str:
    out = StringIO()
    call_command("night", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_by_hand_on_a_day_it_says_what_it_did_in_each_agency_and_sends(cast: Cast) -> None:
    busy(cast)
    assert sorted(by_hand("--on", "2026-03-05").splitlines()) == [
        "phu-lam: 0 reminders in 0 mails",
        "so-khcn: 0 reminders in 0 mails",
        "tan-hoa: 1 reminders in 1 mails",
        "ubnd-tinh: 0 reminders in 0 mails",
    ]
    assert [letter.to for letter in mail.outbox] == [["tuan@example.vn"]]
    assert digest(cast.tuan).sent_at == digest(cast.tuan).made_at == THURSDAY
    assert by_hand("--on", "05/03/2026", "--agency", "tan-hoa") == "tan-hoa: 0 reminders in 0 mails\n"
    assert len(mail.outbox) == 1


def test_by_hand_without_a_day_is_now(cast: Cast) -> None:
    busy(cast)
    with clock.at(WEDNESDAY):
        assert by_hand("--agency", "tan-hoa") == "tan-hoa: 1 reminders in 1 mails\n"
    assert digest(cast.tuan).made_at == WEDNESDAY


def test_by_hand_a_failing_agency_is_named_and_the_others_are_swept(cast: Cast) -> None:
    busy(cast)
    without_hours(cast.other)
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 4 agencies failed") as failure:
        call_command("night", "--on", "2026-03-05", stdout=out, stderr=out)
    assert failure.value.returncode == 1
    assert "phu-lam: ValueError: " in out.getvalue()
    assert "tan-hoa: 1 reminders in 1 mails" in out.getvalue()


def test_by_hand_whatever_fails_in_one_agency_harms_one(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    busy(cast)

    def broken(night: Night) -> list[Occasion]:
        if night.agency == cast.other:
            raise TypeError("none of the errors somebody thought of")
        return []

    monkeypatch.setattr("qms.management.commands.night.ASKED", (broken, *ASKED))
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 4 agencies failed"):
        call_command("night", "--on", "2026-03-05", stdout=out, stderr=out)
    assert "phu-lam: TypeError: none of the errors" in out.getvalue()
    assert "tan-hoa: 1 reminders in 1 mails" in out.getvalue()


def test_by_hand_an_ended_agency_with_work_left_is_swept_as_by_beat(cast: Cast) -> None:
    busy(cast)
    end(cast, WEDNESDAY.date())
    assert "tan-hoa: 1 reminders" in by_hand("--on=2026-03-05")


def test_what_an_ended_agency_is_reminded_of_can_be_done_there(
    cast: Cast, client_of: Callable[[Member], Client]
) -> None:
    dossier = busy(cast)
    end(cast, WEDNESDAY.date())
    with clock.at(WEDNESDAY + dt.timedelta(days=1)):
        desk = client_of(cast.tuan)
        assert desk.post(f"/tan-hoa/dossiers/{dossier.code}/complete/", {"note": ""}).status_code == 302
        refused = client_of(cast.khanh).post(f"/tan-hoa/members/{cast.ha.pk}/release/", {"on": "05/03/2026"})
        assert refused.status_code == 409
        refused = desk.post("/tan-hoa/dossiers/new/QT.TP.01/", {})
        assert refused.status_code == 409
    with cast.agency.active():
        assert dossier.tasks.filter(state="done").count() == 1


@pytest.mark.parametrize("day", ["", "soon", "2026-02-30", "31/02/2026", "0001-01-01", "9999-12-31", "2026-3-5x", "-1"])
def test_a_wrong_day_is_refused_with_exit_2(cast: Cast, day: str) -> None:
    with pytest.raises(CommandError, match="is no day") as refusal:
        by_hand(f"--on={day}")
    assert refusal.value.returncode == 2


def test_an_unknown_agency_is_refused_with_exit_2(cast: Cast) -> None:
    with pytest.raises(CommandError, match="No agency “nowhere” exists") as refusal:
        by_hand("--agency", "nowhere")
    assert refusal.value.returncode == 2


def test_the_exit_code_reaches_the_shell() -> None:
    command = [sys.executable, "manage.py", "night", "--on", "yesterday"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr.strip() == "CommandError: “yesterday” is no day. Write it as 2026-11-21 or 21/11/2026."
