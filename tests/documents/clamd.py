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


class Scanner(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, answer: bytes = b"") -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.scanned: list[bytes] = []
        self.answer = answer

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@contextmanager
def scanner(answer: bytes = b"") -> Iterator[Scanner]:
    with Scanner(answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
