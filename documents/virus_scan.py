"""ClamAV, where CLAMAV_ADDRESS names one: every upload goes through it, and nothing comes in unscanned."""

from __future__ import annotations

import socket
import struct

from django.conf import settings

PIECE = 64 * 1024
SECONDS = 30
LONGEST_ANSWER = 4096


class Unreachable(Exception):
    """The scanner does not answer, or says it cannot scan."""


def infection_of(data: bytes) -> str:
    """The name of what was found; empty for a clean file, and where no scanner is configured. Raises Unreachable."""
    if not settings.CLAMAV_ADDRESS:
        return ""
    try:
        with _connected(settings.CLAMAV_ADDRESS) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), PIECE):
                piece = data[start : start + PIECE]
                line.sendall(struct.pack("!I", len(piece)) + piece)
            line.sendall(struct.pack("!I", 0))
            answer = _answer(line)
    except (OSError, ValueError) as wrong:
        raise Unreachable(str(wrong)) from wrong
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    if answer.endswith(": OK"):
        return ""
    raise Unreachable(answer)


def answers() -> bool:
    """Whether the scanner is there (PING)."""
    try:
        with _connected(settings.CLAMAV_ADDRESS) as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except (OSError, ValueError):
        return False


def _connected(address: str) -> socket.socket:
    """`host:port`, or the path of a Unix socket. Raises ValueError for anything else."""
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, colon, port = address.rpartition(":")
    if not colon or not host:
        raise ValueError(f"CLAMAV_ADDRESS is neither host:port nor a path: {address}")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS)


def _answer(line: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        piece = line.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
