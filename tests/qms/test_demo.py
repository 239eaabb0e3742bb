"""`manage.py demo` as one process tree: it starts, says where, stops, and leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from qms.keeper import KEEPER, free
from qms.management.commands.demo import Tree, address_of

CHECKOUT = Path(__file__).resolve().parents[2]
KEPT_OUT = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SITE_ADDRESS", "DJANGO_SETTINGS_MODULE"}


class Demo:
    """A running demo without the sample province."""

    def __init__(self, var: Path, port: int) -> None:
        self.said = var / "said"
        with self.said.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--no-sample", "--port", str(port)],
                cwd=CHECKOUT,
                env={name: value for name, value in os.environ.items() if name not in KEPT_OUT} | {"QMS_VAR": str(var)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        assert soon(lambda: "Ctrl-C" in self.words or self.process.poll() is not None, 150), self.words
        assert self.process.poll() is None, self.words
        self.family = psutil.Process(self.process.pid).children(recursive=True)

    @property
    def words(self) -> str:
        return self.said.read_text()

    def alive(self) -> list[psutil.Process]:
        return [one for one in self.family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def soon(fact: Callable[[], object], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not fact() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(fact())


def ready(port: int) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/healthz/ready", timeout=5) as answer:
        return answer.status == 200


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def var() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o711)
    yield folder
    assert soon(lambda: free(folder / KEEPER))
    shutil.rmtree(folder)


def test_it_starts_and_stops_whatever_ends_it(var: Path, port: int) -> None:
    stopped_by_sigterm(Demo(var, port), port)
    killed_with_9_it_leaves_nothing_that_blocks_the_next(Demo(var, port))
    it_changes_a_taken_port(var, port)
    a_service_that_dies_is_named_and_stops_the_rest(Demo(var, port))
    assert free(var / KEEPER)


def stopped_by_sigterm(demo: Demo, port: int) -> None:
    assert f"http://127.0.0.1:{port}/" in demo.words
    assert ready(port)
    assert len(demo.alive()) >= 3
    assert demo.stop(signal.SIGTERM) == 0
    assert demo.alive() == []


def killed_with_9_it_leaves_nothing_that_blocks_the_next(demo: Demo) -> None:
    demo.process.kill()
    demo.process.wait()
    assert soon(lambda: not demo.alive())


def it_changes_a_taken_port(var: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        demo = Demo(var, port)
        assert f"Port {port} is taken by another program; using {port + 1} instead." in demo.words
        assert ready(port + 1)
        assert demo.stop(signal.SIGINT) == 0


def a_service_that_dies_is_named_and_stops_the_rest(demo: Demo) -> None:
    beat = next(one for one in demo.family if "beat" in one.cmdline())
    beat.kill()
    assert demo.process.wait(60) == 1
    assert "The beat process ended (exit -9)." in demo.words
    assert demo.alive() == []


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("127.0.0.2", "http://127.0.0.2:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("iso.example.vn", "http://iso.example.vn:8000"),
    ],
)
def test_the_server_is_asked_where_it_listens(host: str, address: str) -> None:
    assert address_of(host, 8000) == address


def test_strikes_missed_on_one_port_are_caught_up_on_another(tmp_path: Path) -> None:
    first, second = Tree(tmp_path), Tree(tmp_path)
    assert first.schedule(8000) == tmp_path / "beat"
    assert second.schedule(8001) == tmp_path / "beat-8001"  # both at once: each has its own
    first.turn.close()
    assert Tree(tmp_path).schedule(8002) == tmp_path / "beat"
