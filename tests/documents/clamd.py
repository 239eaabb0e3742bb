"""A virus scanner that speaks the protocol of clamd and finds what the tests call a virus."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

VIRUS = b"X5O!P%@AP-TEST"


class Answering(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        server: Any = self.server
        command = self._until(b"\0")
        if command == b"zPING":
            self.request.sendall(b"PONG\0")
        elif command == b"zINSTREAM":
            data = b""
            while size := struct.unpack("!I", self._exactly(4))[0]:
                data += self._exactly(size)
            server.scanned.append(data)
            self.request.sendall(server.answer or (b"stream: Test.Virus FOUND\0" if VIRUS in data else b"stream: OK\0"))

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            data += self.request.recv(size - len(data))
        return data

    def _until(self, end: bytes) -> bytes:
        data = b""
        while not data.endswith(end):
            data += self.request.recv(1)
        return data.removesuffix(end)


class Scanner(socketserver.ThreadingMixIn, socketserver.BaseServer):
    daemon_threads = True

    def __init__(self, place: Any, answer: bytes) -> None:
        self.scanned: list[bytes] = []
        self.answer = answer
        super().__init__(place, Answering)

    @property
    def address(self) -> str:
        place: Any = self.server_address
        return place if isinstance(place, str) else f"127.0.0.1:{place[1]}"


class OnPort(Scanner, socketserver.TCPServer):
    """At a port of its own."""


class OnPath(Scanner, socketserver.UnixStreamServer):
    """At a Unix socket."""


@contextmanager
def scanner(answer: bytes = b"", *, path: str = "") -> Iterator[Scanner]:
    with OnPath(path, answer) if path else OnPort(("127.0.0.1", 0), answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
