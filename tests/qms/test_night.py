"""The night: each matter once, to those it concerns, however often, late or brokenly the clock strikes."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.core import mail
from django.db import connection, connections
from django.test import Client, override_settings

from audits import actions as audits
from documents.models import Clause, Version
from processes.models import Dossier
from qms.celery import app
from qms.tasks import ASKED, night, night_of, render_waiting_files
from tenants import clock
from tenants.actions import release
from tenants.models import Agency, Mail, Member, Reminder
from tenants.reminders import remind
from tenants.tasks import send_mail
from tests import cast as the_cast
from tests.cast import Cast
from tests.mail_server import MailServer, mail_server
from tests.office import in_force, office_time, received, submitted
from tests.qms.nights import DIGEST, MONDAY, THURSDAY, WEDNESDAY, busy, digest, without_hours

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.at(MONDAY):
        yield the_cast.build()


@pytest.fixture
def lasting(committed: None) -> Cast:
    """The cast and their work, committed: other processes see them."""
    with clock.at(MONDAY):
        cast = the_cast.build()
    busy(cast)
    return cast


def sweep(cast: Cast, at: dt.datetime) -> int:
    """How many digests this sweep of Tân Hòa wrote."""
    with clock.at(at), cast.agency.active():
        return len(remind(cast.agency, ASKED))


def told(member: Member) -> list[str]:
    """The keys of the digests this member has had."""
    with member.agency.active():
        return sorted(member.mails.filter(**DIGEST).values_list("key", flat=True))


# --- each once -----------------------------------------------------------------------------------


def test_a_second_strike_sends_nothing_new(cast: Cast) -> None:
    busy(cast)
    assert sweep(cast, WEDNESDAY) == 1
    assert sweep(cast, WEDNESDAY) == 0
    assert sweep(cast, WEDNESDAY + dt.timedelta(hours=1)) == 0
    assert told(cast.tuan) == ["digest-2026-03-04"]


def test_what_is_new_later_the_same_day_comes_in_a_further_digest(cast: Cast) -> None:
    first = busy(cast)
    sweep(cast, WEDNESDAY)
    an_hour_later = WEDNESDAY + dt.timedelta(hours=1)
    with clock.at(an_hour_later), cast.agency.active():
        second = received(cast, first.version.document)
    assert sweep(cast, an_hour_later) == 1
    assert told(cast.tuan) == ["digest-2026-03-04", "digest-2026-03-04-2"]
    with cast.agency.active():
        further = cast.tuan.mails.get(key="digest-2026-03-04-2")
        assert list(further.reminders.values_list("text__dossier", flat=True)) == [second.code]


def test_after_two_days_of_standstill_each_matter_comes_once_in_one_mail(cast: Cast) -> None:
    busy(cast)
    with clock.at(WEDNESDAY), cast.agency.active():
        submitted(cast, "QT.TP.02")
    friday = office_time("2026-03-06", "17:30")
    with clock.at(friday):
        assert [night_of(cast.agency.pk) for _night_missed in range(3)] == [
            3,
            0,
            0,
        ]  # jobs that waited
    assert told(cast.tuan) == told(cast.oanh) == told(cast.thanh) == ["digest-2026-03-06"]
    with cast.agency.active():
        made = Counter(Reminder.objects.values_list("member__user__username", "kind"))
    assert made == {("tuan", "step_late"): 1, ("oanh", "signature_waiting"): 1, ("thanh", "signature_waiting"): 1}


def at_once(*work: Callable[[], object]) -> list[object]:
    """Each in a thread and on a connection of its own, begun together."""
    gate, results = threading.Barrier(len(work)), []

    def run(do: Callable[[], object]) -> None:
        gate.wait()
        try:
            results.append(do())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(do,)) for do in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def test_two_workers_at_once_make_one_reminder_and_one_mail(lasting: Cast) -> None:
    assert sorted(at_once(*[lambda: sweep(lasting, WEDNESDAY)] * 4)) == [0, 0, 0, 1]
    assert told(lasting.tuan) == ["digest-2026-03-04"]
    with lasting.agency.active():
        assert Reminder.objects.count() == 1


def test_who_finds_the_reminder_being_written_by_somebody_else_waits_and_stays_silent(lasting: Cast) -> None:
    """The unique key alone, without the taking of turns: a row inserted and not yet committed."""
    sweep(lasting, WEDNESDAY)
    with lasting.agency.active():
        row = Reminder.objects.values("member_id", "key", "kind", "path").get()
        Reminder.objects.all().delete()
    found: list[object] = []
    other = threading.Thread(target=lambda: found.extend(at_once(lambda: sweep(lasting, WEDNESDAY))))
    with lasting.agency.active():
        Reminder.objects.create(**row)
        other.start()
        other.join(1)
        assert other.is_alive()
    other.join(30)
    assert found == [0]


def test_two_workers_at_once_send_each_mail_once(lasting: Cast) -> None:
    sweep(lasting, WEDNESDAY)
    with mail_server() as server, sending_to(server):
        at_once(*[lambda: sent(lasting.agency)] * 3)
    assert len(server.taken) == len({(letter["To"], letter["Subject"]) for letter in server.taken}) > 1
    assert waiting(lasting.agency) == 0


# --- killed in the middle ------------------------------------------------------------------------


def test_killed_before_the_commit_loses_nothing_and_doubles_nothing(lasting: Cast) -> None:
    with owner() as server:
        server.execute(SLOW)
    child = night_process("--on", "2026-03-05", "--agency", "tan-hoa")
    wait_until(sleeping)
    kill(child)
    with owner() as server:
        server.execute("DROP TRIGGER slow ON tenants_mail")  # waits until the dead one's transaction is gone
    assert told(lasting.tuan) == []
    assert sweep(lasting, THURSDAY) == 1
    assert sweep(lasting, THURSDAY) == 0
    assert told(lasting.tuan) == ["digest-2026-03-05"]


def test_killed_between_commit_and_sending_is_sent_once_by_the_sweep_of_mails(lasting: Cast) -> None:
    with mail_server() as server:
        server.open.clear()
        child = night_process("--on", "2026-03-05", "--agency", "tan-hoa", **server.settings)
        assert server.called.wait(60)
        kill(child)
        assert told(lasting.tuan) == ["digest-2026-03-05"]
        server.open.set()
        with sending_to(server):
            sent(lasting.agency)
            sent(lasting.agency)
        subjects = [letter["To"] for letter in server.taken if "05/03/2026" in letter["Subject"]]
        assert subjects == ["tuan@example.vn"]
    assert night_process("--on", "2026-03-05", "--agency", "tan-hoa").wait(60) == 0
    assert told(lasting.tuan) == ["digest-2026-03-05"]


# --- by worker, by hand --------------------------------------------------------------------------


def test_a_worker_does_one_job_per_agency_and_one_that_fails_harms_only_its_own(lasting: Cast) -> None:
    without_hours(lasting.other)
    app.loader.import_default_modules()
    app.control.purge()
    with worker():
        assert night() == Agency.objects.count() == 4
        assert night() == 4
        wait_until(lambda: told(lasting.tuan) and digest(lasting.tuan).sent_at)
    assert len(told(lasting.tuan)) == 1
    assert told(lasting.lan) == []
    subject = digest(lasting.tuan).subject
    assert [letter.to for letter in mail.outbox if letter.subject == subject] == [["tuan@example.vn"]]


def test_every_line_of_the_timetable_names_a_task_that_exists() -> None:
    app.loader.import_default_modules()
    assert {line["task"] for line in app.conf.beat_schedule.values()} <= set(app.tasks)


def test_files_left_behind_are_rendered_by_the_next_sweep(lasting: Cast, tmp_path: Path) -> None:
    app.loader.import_default_modules()
    app.control.purge()  # the jobs that rendered them are lost

    def rendered() -> bool:
        with lasting.agency.active():
            return not Dossier.objects.filter(slip=None).exists() and not Version.objects.filter(pdf=None).exists()

    assert not rendered()
    with override_settings(MEDIA_ROOT=tmp_path), worker():
        assert render_waiting_files() == 5 * 4  # sweeps, agencies
        wait_until(rendered)


# --- what the mail says --------------------------------------------------------------------------


def test_each_person_reads_their_own_language(cast: Cast) -> None:
    for member, language in ((cast.oanh, "en"), (cast.thanh, "vi")):
        member.user.language = language
        member.user.save()
    with clock.at(WEDNESDAY), cast.agency.active():
        submitted(cast, "QT.TP.02", "Đăng ký <kết hôn> & lại")
    sweep(cast, office_time("2026-03-06"))
    english, vietnamese = digest(cast.oanh), digest(cast.thanh)
    assert english.subject == "1 reminder, 06/03/2026, UBND xã Tân Hòa"
    assert "WAITING FOR YOUR SIGNATURE: 1 text" in english.body
    assert vietnamese.subject == "Nhắc 1 việc ngày 06/03/2026, UBND xã Tân Hòa"
    assert "CHỜ KÝ: 1 văn bản" in vietnamese.body
    assert "QT.TP.02 Đăng ký <kết hôn> & lại" in english.body  # plain text, nothing escaped


def test_links_open_the_right_agency_for_the_member_and_for_nobody_else(cast: Cast) -> None:
    with clock.at(WEDNESDAY), cast.agency.active():
        version = in_force(cast)
        dossier = received(cast, version.document)
        submitted(cast, "QT.TP.02")
        unit, clauses = (
            cast.units["tan-hoa/Một cửa"],
            Clause.objects.filter(edition__is_default=True, assessable=True)[:2],
        )
        audits.plan(unit, "Đánh giá Một cửa", dt.date(2027, 3, 5), cast.mai, [], clauses, by=cast.khanh)
    sweep(cast, office_time("2027-03-05"))
    links = set()
    for member in (cast.tuan, cast.duc, cast.oanh, cast.mai, cast.khanh):
        with clock.at(office_time("2027-03-05")):
            theirs = {line.strip().split(": ")[-1] for line in digest(member).body.splitlines() if "http" in line}
            for link in theirs:
                assert link.startswith(f"{settings.SITE_ADDRESS}/tan-hoa/")
                path = link.removeprefix(settings.SITE_ADDRESS)
                assert client_of(member).get(path).status_code == 200, path
                assert client_of(cast.lan).get(path).status_code == 404, path
                assert "/sign-in/?next=" in Client().get(path).url, path
        links |= {link.removeprefix(f"{settings.SITE_ADDRESS}/tan-hoa/") for link in theirs}
    assert links >= {
        "", "mails/", f"dossiers/{dossier.code}/", "dossiers/?due=late", "documents/QT.TP.01/", "audits/DGNB-2027-01/",
        "documents/QT.TP.01/versions/1.0/", "documents/QT.TP.02/versions/1.0/",
    }  # fmt: skip


def client_of(member: Member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def test_who_has_left_gets_nothing(cast: Cast) -> None:
    busy(cast)
    with clock.at(WEDNESDAY), cast.agency.active():
        release(cast.tuan, by=cast.khanh, on=dt.date(2026, 3, 4))
    assert sweep(cast, THURSDAY) == 1
    assert told(cast.tuan) == []
    assert told(cast.duc) == ["digest-2026-03-05"]  # the desk is empty: its step is for the head to give on


def test_a_very_long_list_is_cut_and_counted(cast: Cast) -> None:
    dossier = busy(cast)
    with clock.at(WEDNESDAY), cast.agency.active():
        for _more in range(24):
            received(cast, dossier.version.document)
    sweep(cast, WEDNESDAY)
    assert digest(cast.tuan).body.count("/tan-hoa/dossiers/TH-") == 20
    with cast.agency.active():
        assert digest(cast.tuan).reminders.count() == 25


# --- how the tests reach behind -----------------------------------------------------------------

SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(4); RETURN NEW; END';
CREATE TRIGGER slow BEFORE INSERT ON tenants_mail FOR EACH ROW EXECUTE FUNCTION slow();
"""


def owner() -> psycopg.Connection:
    """The database as its owner, who may make triggers."""
    return psycopg.connect(settings.DATABASE_OWNER_URL, dbname=settings.DATABASES["default"]["NAME"], autocommit=True)


def sleeping() -> bool:
    """Is somebody in this database held up by `slow`?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'")
        return cursor.fetchone() is not None


def night_process(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    """`manage.py night` as a process of its own on the database of this test."""
    database = settings.DATABASES["default"]
    parts = urlsplit(settings.DATABASE_URL)
    url = parts._replace(path="/" + quote(str(database["NAME"]))).geturl()
    ours = {
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URL,
        "QMS_PRODUCTION": "0",
        "DJANGO_SETTINGS_MODULE": "qms.settings",
    }
    command = [sys.executable, "manage.py", "night", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | ours | environment, stdout=subprocess.DEVNULL)


def kill(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGKILL)
    assert child.wait(10) == -signal.SIGKILL


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.1)


@contextmanager
def worker() -> Iterator[None]:
    """A Celery worker with two hands on the Redis of this test."""
    with start_worker(app, pool="threads", concurrency=2, perform_ping_check=False, loglevel="CRITICAL"):
        yield


@contextmanager
def sending_to(server: MailServer) -> Iterator[None]:
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=server.server_address[1],
        EMAIL_USE_TLS=False,
    ):
        yield


def sent(agency: Agency) -> None:
    """Send what waits in this agency, as the worker does."""
    with agency.active():
        ids = list(Mail.objects.filter(sent_at=None).values_list("pk", flat=True))
    for pk in ids:
        send_mail(agency.pk, pk)


def waiting(agency: Agency) -> int:
    with agency.active():
        return Mail.objects.filter(sent_at=None).count()


# --- the timetable -------------------------------------------------------------------------------


@pytest.mark.parametrize("sweep", ["due moments left behind", "versions come into force"])
def test_what_a_night_without_power_missed_is_struck_again_over_the_day(sweep: str) -> None:
    assert len(app.conf.beat_schedule[sweep]["schedule"].hour) > 2
