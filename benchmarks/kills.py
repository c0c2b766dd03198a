"""Kill a command at given moments, begin it again until it ends by itself, and say what all of it cost.

python benchmarks/kills.py '{"first": ["wardian", …], "again": […], "answers": "spoken.jsonl", "moments": [100, 250]}'

A moment is a number of lines in the file `answers`. The processes that are left over become this one's children
(Linux), so that their CPU time counts as well. Standard library only.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Failed", "Ordeal", "Survived", "survived"]

POLL_S, SAMPLE_S, LINGER_S, PATIENCE = 0.005, 1.0, 60.0, 5
SUBREAPER, DEATH_SIGNAL = 36, 1
"""prctl(2): orphans come to this process instead of init; and nothing of it outlives who has started it."""
TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """The command never ended well."""


@dataclass(frozen=True)
class Ordeal:
    """What to run first, what after each kill, and when to kill; `victim` is in the command line of who is killed."""

    first: Sequence[str]
    again: Sequence[str]
    answers: str
    moments: Sequence[int] = ()
    victim: str = ""
    """Empty: the command itself. Otherwise one of its descendants, and the command goes on."""


@dataclass(frozen=True)
class Survived:
    """What became of it."""

    wall_s: float
    """From the first start to the last end."""
    cpu_s: float
    """Of all processes, those that were killed included."""
    killed_at: Sequence[float]
    """Unix times."""
    stumbles: int
    """How often it ended badly without having been killed, and was started again."""


def survived(ordeal: Ordeal, folder: Path, environ: Mapping[str, str]) -> Survived:
    """Go through it in `folder`, in a process that has no other children.

    Raises:
        Failed: when it does not get through.
    """
    words = [sys.executable, __file__, json.dumps(asdict(ordeal))]
    ended = subprocess.run(words, cwd=folder, env=dict(environ), capture_output=True, text=True, check=False)
    if ended.returncode:
        raise Failed(f"{Path(ordeal.first[0]).name} {ended.stderr.strip()}")
    return Survived(**json.loads(ended.stdout.splitlines()[-1]))


class Executioner:
    """Starts, kills and buries."""

    def __init__(self, ordeal: Ordeal, log: Path) -> None:
        self._ordeal = ordeal
        self._log = log
        self._answers = open(ordeal.answers, "rb", buffering=0)  # noqa: SIM115  (as long as the process)
        self._given = 0
        self._killed_at: list[float] = []
        self._stumbles = 0
        self._tally = Tally()

    def carry_out(self) -> Survived:
        """Everything in turn."""
        begun = time.monotonic()
        self._process = self._start()
        for moment in self._ordeal.moments:
            while self._given < moment:
                self._watch()
                if self._process.returncode == 0:
                    raise Failed(f"was done before answer {moment} was given")
            self._kill()
        while self._process.returncode != 0:
            self._watch()
        wall_s = time.monotonic() - begun
        self._mourn()
        return Survived(wall_s, self._tally.cpu_s(), self._killed_at, self._stumbles)

    def _start(self) -> subprocess.Popen[bytes]:
        command = self._ordeal.again if self._given else self._ordeal.first
        with open(self._log, "ab") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _watch(self) -> None:
        """Count answers; whoever gives up by himself is started again, as a patient person would."""
        self._look()
        if self._process.poll():
            self._stumbles += 1
            if self._stumbles > PATIENCE:
                raise Failed(f"ended with code {self._process.returncode} again and again")
            self._process = self._start()

    def _look(self) -> None:
        self._given += self._answers.read().count(b"\n")
        self._tally.sample()
        time.sleep(POLL_S)

    def _kill(self) -> None:
        """Without a word, and start again what no longer runs."""
        os.kill(self._victim() if self._ordeal.victim else self._process.pid, signal.SIGKILL)
        self._killed_at.append(time.time())
        if not self._ordeal.victim:
            self._process.wait()
            self._process = self._start()

    def _victim(self) -> int:
        """Each in turn; it may be that the last one is still being replaced."""
        until = time.monotonic() + LINGER_S
        while not (found := _called(self._ordeal.victim)):
            if time.monotonic() > until:
                raise Failed(f"has no process called {self._ordeal.victim}")
            self._look()
        return found[len(self._killed_at) % len(found)]

    def _mourn(self) -> None:
        """What the dead have left over ends by itself, or does not."""
        until = time.monotonic() + LINGER_S
        with suppress(ChildProcessError):
            while time.monotonic() < until:
                self._tally.sample()
                if os.waitpid(-1, os.WNOHANG) == (0, 0):
                    time.sleep(POLL_S)


class Tally:
    """CPU of all descendants: what the kernel adds up, or what is seen, for not all parents wait for their children."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, str], float] = {}
        self._next = 0.0

    def sample(self) -> None:
        """Look at them, not more often than is needed."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + SAMPLE_S
        for pid in _descendants():
            if fields := _stat(pid):
                self._seen[pid, fields[19]] = (int(fields[11]) + int(fields[12])) / TICKS

    def cpu_s(self) -> float:
        """So far."""
        waited = resource.getrusage(resource.RUSAGE_CHILDREN)
        return max(sum(self._seen.values()), waited.ru_utime + waited.ru_stime)


def _descendants() -> Iterator[int]:
    parents = {int(path.name): _stat(int(path.name)) for path in Path("/proc").iterdir() if path.name.isdigit()}
    ours = {os.getpid()}
    for _ in parents:
        found = {pid for pid, fields in parents.items() if fields and int(fields[1]) in ours} - ours
        if not found:
            break
        ours |= found
        yield from found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, proc(5); none if it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return []


def _called(name: str) -> list[int]:
    """Descendants with this in their command line."""
    found = []
    for pid in _descendants():
        with suppress(OSError):
            if name.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return sorted(found)


def _leave_nobody() -> None:
    """Nobody writes into the folder any more when this has returned."""
    for pid in _descendants():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        while True:
            os.wait()


def main() -> None:
    """Carry out what the argument says, and print what became of it."""
    prctl = ctypes.CDLL(None).prctl
    prctl(SUBREAPER, 1, 0, 0, 0)
    prctl(DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    ordeal = Ordeal(**json.loads(sys.argv[1]))
    log = Path(tempfile.mkstemp(suffix=".log", dir=".")[1])
    try:
        print(json.dumps(asdict(Executioner(ordeal, log).carry_out())))
    except Failed as failure:
        sys.exit(f"{failure}\n{log.read_text(errors='replace')[-3_000:]}")
    finally:
        _leave_nobody()


if __name__ == "__main__":
    main()
