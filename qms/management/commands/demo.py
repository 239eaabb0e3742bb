"""`manage.py demo`: the whole product in one process tree, to try it out."""

import contextlib
import ctypes
import errno
import fcntl
import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from qms import embedded
from qms.keeper import LOG_LIMIT, die_with_parent, held

PATIENCE = 120  # seconds until the first page must answer
FAREWELL = 15  # seconds the children have to end by themselves
TAIL = 15  # lines of a log shown when something went wrong


class Stopped(BaseException):
    """Somebody pressed Ctrl-C or sent SIGTERM. No `Exception`, so that nothing on the way takes it for an error."""


class Command(BaseCommand):
    help = "Migrate, load the sample province, start web, worker and beat, and stop them all on Ctrl-C."
    requires_system_checks = ()  # the children check

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen; 0.0.0.0 lets the neighbours in")
        parser.add_argument("--port", type=int, default=8000, help="the next free port is taken when this one is not")
        parser.add_argument("--no-sample", action="store_true", help="begin empty, without the sample province")
        parser.add_argument("--stop-with-parent", action="store_true", help="stop when the calling program is killed")

    def handle(self, *, host: str, port: int, no_sample: bool, stop_with_parent: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo is for trying out. With real servers set QMS_PRODUCTION=0 to run it on them.")
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # who reads through a pipe waits too
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        if stop_with_parent:
            die_with_parent_now()
        tree = Tree(embedded.var())
        try:
            port = self.free_port(host, port)
            tree.environment["SITE_ADDRESS"] = os.environ.get("SITE_ADDRESS", address_of(host, port))
            self.prepare(tree, sample=not no_sample)
            tree.start_services(host, port)
            self.wait_until_ready(tree, address_of(host, port))
            self.greet(tree.environment["SITE_ADDRESS"], sample=not no_sample)
            while True:
                tree.raise_if_dead()
                time.sleep(0.5)
        except Stopped:
            self.stdout.write("\nStopping …")
        except ServiceDied as death:
            raise CommandError(str(death)) from None
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            tree.stop()
        self.stdout.write("Stopped.")

    def free_port(self, host: str, wish: int) -> int:
        """The wished port, or the next free one, said aloud."""
        if not 0 < wish < 65536:
            raise CommandError(f"{wish} is no port; choose one from 1 to 65535.")
        for port in range(wish, min(wish + 100, 65536)):
            with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((host, port))
                except OSError as error:
                    if error.errno == errno.EADDRINUSE:
                        continue
                    raise CommandError(f"Cannot listen on {host}, port {port}: {error.strerror}.") from error
            if port != wish:
                self.stdout.write(self.style.WARNING(f"Port {wish} is taken by another program; using {port} instead."))
            return port
        raise CommandError(f"All ports from {wish} on are taken; choose another with --port.")

    def prepare(self, tree: "Tree", *, sample: bool) -> None:
        """Schema, translations and sample; a second demo started at the same moment waits for the first."""
        with held(tree.var / "demo.lock"):
            call_command("compile_translations", stdout=io.StringIO())
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                self.say("Database schema", tree.run("migrate", "--no-input"))
            connection.close()
            if sample:
                self.say("Sample province", tree.run("load_sample"))

    def say(self, what: str, seconds: float) -> None:
        self.stdout.write(f"{what} ready ({seconds:.1f} s)")

    def wait_until_ready(self, tree: "Tree", address: str) -> None:
        start = time.monotonic()
        while not answers(f"{address}/healthz/ready"):
            tree.raise_if_dead()
            if time.monotonic() > start + PATIENCE:
                raise ServiceDied(f"The web server does not answer after {PATIENCE} s.\n{tail(tree.log('web'))}")
            time.sleep(0.1)
        self.say("Web server", time.monotonic() - start)

    def greet(self, address: str, *, sample: bool) -> None:
        self.stdout.write(self.style.SUCCESS(f"\n  {address}/\n"))
        if sample:
            from qms.sample import sign_ins  # noqa: PLC0415  # only a demo with the sample needs it

            rows = [("Role", "Agency", "User name", "Password"), *(tuple(map(str, row)) for row in sign_ins())]
            widths = [max(len(row[column]) for row in rows) for column in range(4)]
            for row in rows:
                cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
                self.stdout.write(f"  {'  '.join(cells).rstrip()}")
        self.stdout.write(f"\nLogs: {embedded.var() / 'log'}   Ctrl-C stops everything.")


class ServiceDied(Exception):  # a sentence where it is raised
    """A child ended although nobody asked it to."""


class Tree:
    """The children of the demo. None of them outlives it, not even when it is killed with -9."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        self.services: dict[str, subprocess.Popen[bytes]] = {}
        (var / "log").mkdir(mode=0o700, exist_ok=True)

    def log(self, name: str) -> Path:
        return self.var / "log" / f"{name}.log"

    def start_services(self, host: str, port: int) -> None:
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self.start(
            "web", "gunicorn", "qms.wsgi", "--bind", address, "--workers", "2", "--threads", "4",
            "--preload", "--graceful-timeout", "5", "--access-logfile", "-", "--no-control-socket",
        )  # fmt: skip
        self.start("worker", "celery", "-A", "qms", "worker", "--concurrency", "2", "--loglevel", "INFO")
        self.start("beat", "celery", "-A", "qms", "beat", "--schedule", self.schedule(port), "--pidfile=")

    def schedule(self, port: int) -> Path:
        """One file whatever the port, so that strikes missed meanwhile are caught up; a second demo has its own."""
        self.turn = (self.var / "beat.lock").open("w")  # held until we end
        try:
            fcntl.flock(self.turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return self.var / f"beat-{port}"
        return self.var / "beat"

    def start(self, name: str, program: str, *arguments: str | Path) -> None:
        command = [sys.executable, "-m", program, *map(str, arguments)]
        self.services[name] = self.popen(
            name, command, parent_gone=signal.SIGQUIT if name == "worker" else signal.SIGTERM
        )

    def popen(self, name: str, command: list[str], parent_gone: int) -> "subprocess.Popen[bytes]":
        """Start a child with its log, in a session of its own so that Ctrl-C reaches only us."""
        path = self.log(name)
        with path.open("wb" if path.exists() and path.stat().st_size > LOG_LIMIT else "ab") as log:
            return subprocess.Popen(  # noqa: S603  # our own commands
                command,
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent(parent_gone),  # noqa: PLW1509  # one call into the kernel, no lock
            )

    def run(self, *arguments: str) -> float:
        """Run a management command to its end; returns the seconds it took. Raises ServiceDied when it fails."""
        start = time.monotonic()
        name = "prepare"
        child = self.services[name] = self.popen(name, [sys.executable, "manage.py", *arguments], signal.SIGTERM)
        if child.wait():
            raise ServiceDied(f"`manage.py {' '.join(arguments)}` failed:\n{tail(self.log(name))}")
        del self.services[name]
        return time.monotonic() - start

    def raise_if_dead(self) -> None:
        for name, child in self.services.items():
            if (code := child.poll()) is not None:
                raise ServiceDied(f"The {name} process ended (exit {code}). Its last lines:\n{tail(self.log(name))}")

    def stop(self) -> None:
        """Ask all children to end, then end what is left of them."""
        for child in self.services.values():
            child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            for seconds, child in zip(countdown(FAREWELL), self.services.values(), strict=False):
                child.wait(seconds)
        for child in self.services.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def address_of(host: str, port: int) -> str:
    """Where a browser on this machine finds the server; one that listens everywhere is also found here."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # read, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def stop(*_: object) -> None:
    raise Stopped


def die_with_parent_now() -> None:
    """Get SIGTERM when the program that called us is gone (`make` killed with -9)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def countdown(seconds: float) -> Iterator[float]:
    end = time.monotonic() + seconds
    while True:
        yield max(end - time.monotonic(), 0.01)


def answers(address: str) -> bool:
    with contextlib.suppress(urllib.error.URLError, OSError):
        # No proxy of the environment stands between us and our own machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address, timeout=5) as response:
            return bool(response.status == 200)
    return False


def tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-TAIL:] if log.exists() else []
    return "\n".join(f"  {line}" for line in lines)
