"""Campaigns that are killed with SIGKILL in the middle of a write, and go on."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from wardian.base.identity import random_stream
from wardian.optimization.selfcheck.extent import Extent
from wardian.optimization.selfcheck.finding import Finding
from wardian.optimization.selfcheck.ledger import LedgerFile
from wardian.optimization.selfcheck.playing import played
from wardian.optimization.selfcheck.scenario import SCENARIOS
from wardian.optimization.selfcheck.studies import Play

__all__ = ["kills"]

KILLED = -9
DYING = "wardian.optimization.selfcheck.dying"
FEWER = 12
"""Slots of the last part: how many there are decides nothing."""
KINDS = ("planted", "null")


def kills(extent: Extent, seed: int, play: Play) -> Iterator[Finding]:
    """Every campaign is killed some times, a process of its own each time, and goes on to its end with fewer slots."""
    other, repeated, paid = list[bool](), list[bool](), list[bool]()
    for number in range(extent.killed):
        with TemporaryDirectory(prefix="wardian-selfcheck-") as folder:
            name, drawn = KINDS[number % len(KINDS)], random_stream(seed, "kills", number).getrandbits(32)
            trial = _Trial(Path(folder), name, drawn, extent.kills)
            other.append(not trial.alike)
            repeated.append(trial.repeated)
            paid.append(trial.paid_again)
    yield Finding.count("another verdict", other)
    yield Finding.count("episodes played again", repeated)
    yield Finding.count("answers paid again", paid)


class _Trial:
    """The same campaign undisturbed, and killed at random points.

    `alike`: the two say the same. `repeated`, `paid_again`: an episode or an answer stands twice in the ledger.
    """

    def __init__(self, folder: Path, name: str, seed: int, kills: int) -> None:
        whole = LedgerFile(folder / "whole")
        undisturbed = played(SCENARIOS[name], seed, whole)
        whole.close()
        stream = random_stream(seed, "points")
        points = sorted(stream.randrange(whole.lines) for _ in range(kills))
        path, before = folder / "killed", 0
        for point in points:
            _killed(path, name, seed, max(0, point - before))
            before = point
        ledger = LedgerFile(path)
        finished = played(SCENARIOS[name].model_copy(update={"slots": FEWER}), seed, ledger)
        ledger.close()
        read = LedgerFile(path)
        read.close()
        self.alike = finished.record.decisions == undisturbed.record.decisions
        self.repeated = read.repeated > 0
        self.paid_again = len(read.answers) != len(whole.answers) or read.answered_again > 0


def _killed(path: Path, name: str, seed: int, line: int) -> None:
    command = [sys.executable, "-m", DYING, str(path), name, str(seed), str(line)]
    ended = subprocess.run(command, check=False, capture_output=True)  # noqa: S603  (this interpreter, our own module)
    if ended.returncode not in (0, KILLED):
        raise RuntimeError(f"a campaign that was to be killed ended with {ended.returncode}: {ended.stderr.decode()}")
