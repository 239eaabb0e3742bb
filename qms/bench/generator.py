"""The load generator, a program of its own so that it shares no interpreter with the server: `python -I generator.py`.

Reads a plan from standard input and writes what it measured to standard output, both JSON. A round sends a burst of
floor requests, then a burst of page requests, over the same keep-alive connections: what disturbs the machine disturbs
both, and both meet the same server processes. With one connection and bursts of one, floor and page simply alternate.
"""

import json
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answer:
    milliseconds: float
    status: int
    queries: int
    process: str
    body: bytes


@dataclass
class Connection:
    """One keep-alive connection."""

    port: int
    stream: socket.socket | None = field(default=None)

    def ask(self, request: bytes) -> Answer:
        """Raises OSError when the server has gone."""
        for last_try in (False, True):  # the server may have closed an idle connection
            try:
                return self.exchange(request)
            except OSError:
                self.close()
                if last_try:
                    raise
        raise AssertionError

    def exchange(self, request: bytes) -> Answer:
        if self.stream is None:
            self.stream = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start = time.perf_counter()
        self.stream.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self.more()
        head = received[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in head[1:])}
        length = end + 4 + int(headers["content-length"])
        parts = [received]
        missing = length - len(received)
        while missing > 0:
            parts.append(self.more())
            missing -= len(parts[-1])
        took = (time.perf_counter() - start) * 1000
        if headers.get("connection", "").lower() == "close":
            self.close()
        status, body = int(head[0].split()[1]), b"".join(parts)[end + 4 :]
        return Answer(took, status, int(headers.get("x-queries", -1)), headers.get("x-process", ""), body)

    def more(self) -> bytes:
        assert self.stream is not None
        if not (part := self.stream.recv(65536)):
            raise ConnectionResetError
        return part

    def close(self) -> None:
        if self.stream:
            self.stream.close()
            self.stream = None


class Supply:
    """Requests handed out in turn; a supply that may not be repeated must be big enough."""

    def __init__(self, requests: list[str]) -> None:
        self.requests = [request.encode() for request in requests]
        self.next = 0
        self.lock = threading.Lock()

    def take(self) -> bytes:
        with self.lock:
            self.next += 1
            return self.requests[(self.next - 1) % len(self.requests)]


def burst(connections: list[Connection], supply: Supply, count: int, longest: float) -> tuple[list[Answer], float]:
    """`count` requests over all connections as fast as they are answered; the answers and the seconds it took.

    After `longest` seconds no more are begun: a page that takes seconds need not be asked hundreds of times.
    """
    answers: list[Answer] = []
    left = iter(range(count))
    lock = threading.Lock()
    problems: list[OSError] = []
    start = time.perf_counter()

    def work(connection: Connection) -> None:
        while True:
            with lock:
                if next(left, None) is None or time.perf_counter() > start + longest:
                    return
            try:
                answers.append(connection.ask(supply.take()))
            except OSError as problem:
                problems.append(problem)
                return

    threads = [threading.Thread(target=work, args=[connection]) for connection in connections]
    if len(threads) == 1:
        work(connections[0])
    else:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if problems:
        raise problems[0]
    return answers, time.perf_counter() - start


def run(plan: dict[str, Any]) -> dict[str, Any]:
    connections = [Connection(plan["port"]) for _ in range(plan["connections"])]
    floor, page = Supply(plan["floor"]), Supply(plan["page"])
    for supply in (floor, page):
        burst(connections, supply, plan["warm_up"], plan["longest"])
    rounds: list[Any] = []
    seen: list[Any] = []
    end = time.perf_counter() + plan["rounds"] * plan["longest"]
    while len(rounds) < plan["rounds"] and time.perf_counter() < end:
        below, below_seconds = burst(connections, floor, plan["burst"], plan["longest"])
        above, above_seconds = burst(connections, page, plan["burst"], plan["longest"])
        seen += above
        rounds.append(
            {
                "floor": [answer.milliseconds for answer in below],
                "page": [answer.milliseconds for answer in above],
                "floor_seconds": below_seconds,
                "page_seconds": above_seconds,
            }
        )
    for connection in connections:
        connection.close()
    wrong = [
        answer for answer in seen if answer.status != plan["status"] or plan["contains"].encode() not in answer.body
    ]
    return {
        "rounds": rounds,
        "queries": sorted({answer.queries for answer in seen}),
        "bytes": max(len(answer.body) for answer in seen),
        "processes": [
            sum(1 for answer in seen if answer.process == name) for name in sorted({answer.process for answer in seen})
        ],
        "wrong": len(wrong),
        "example": f"{wrong[0].status} {wrong[0].body[-1500:].decode(errors='replace')}" if wrong else "",
    }


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
