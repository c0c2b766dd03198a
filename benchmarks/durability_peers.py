"""Runs that are killed again and again: Wardian beside Inspect AI, with the same provider, episodes and kills.

    python benchmarks/durability_peers.py [--quick] [--json] [--only local,ray,worker,samples,cache,checkpoints]

The provider is a process of its own that never says the same thing twice and writes down whom it answered what. Each
contestant plays the same episodes once undisturbed and once with kill -9 at the same seeded numbers of answers; after
each its command is started again (`wardian resume`, the same `inspect eval-set`). Inspect is installed, not in this
environment but in one of its own.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from durability_contestants import KINDS, Contestant, Load, Results, contestant
from goals import Goal, report
from kills import Failed, Ordeal, Survived, survived
from rich.console import Console
from rich.table import Table
from venvs import CACHE, InstallFailed, outside

from wardian.base.identity import random_stream

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from support.random_provider import Spoke, Spoken, speaking

__all__ = ["peers"]

SETTLED_S = 1.0
"""Answers that came so long before a kill were received, and so long after one they were not for the dead."""


@dataclass(frozen=True)
class Trial:
    """The same for everyone."""

    episodes: int = 500
    calls: int = 4
    """Of each episode; all but the last one call a tool."""
    concurrency: int = 32
    latency_s: float = 0.3
    kills: int = 10

    @property
    def turns(self) -> int:
        """Answers that are needed when none is lost."""
        return self.episodes * self.calls

    def moments(self) -> list[int]:
        """After how many answers to kill: once in each part of the run, when the calls of the dead are over."""
        stream, part = random_stream("kills"), self.turns // max(1, self.kills)
        return [kill * part + stream.randrange(2 * self.concurrency, part) for kill in range(self.kills)]


@dataclass(frozen=True)
class Outcome:
    """What one of them did in one trial."""

    cost: Survived
    repeated: int
    """Answers to steps that had been answered before."""
    forgotten: int
    """Those of them where the first answer had not come just before or after a kill: it was not in flight."""
    lost: int
    doubled: int
    invented: int
    """Results in which something stands that was never said, or not there; or not enough."""


Played = Mapping[str, tuple[Outcome | None, Outcome]]
"""Undisturbed, where that is another thing, and killed."""


def peers(venvs: Path, *, quick: bool, quiet: bool, only: Sequence[str] = KINDS) -> list[Goal]:
    """Everyone who can be installed and gets through; the others are named on stderr."""
    trial = Trial(episodes=60, concurrency=8, latency_s=0.1, kills=3) if quick else Trial()
    played: dict[str, tuple[Outcome | None, Outcome]] = {}
    for kind in only:
        try:
            each = contestant(kind, venvs)
            alone = None if each.victim else _tried(each, replace(trial, kills=0))
            played[each.name] = alone, _tried(each, trial)
        except (InstallFailed, Failed) as failure:
            print(f"{kind} is left out: {failure}", file=sys.stderr)
    if not quiet:
        _show(trial, played)
    return [*_goals(trial, played), *_ratios(trial, played)]


def _tried(who: Contestant, trial: Trial) -> Outcome:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with speaking(folder, f"--latency={trial.latency_s}", f"--calls={trial.calls}") as spoke:
            first = who.prepare(folder, Load(spoke.url, trial.episodes, trial.concurrency))
            again = who.again or first
            ordeal = Ordeal(first, again, "spoken.jsonl", trial.moments(), who.victim)
            cost = survived(ordeal, folder, _environ(who, folder))
            return _judged(trial, spoke, cost, who.results(folder))


def _environ(who: Contestant, folder: Path) -> dict[str, str]:
    """No cluster that happens to be there."""
    own = {name: value.format(folder=folder) for name, value in who.environ.items()}
    return {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"} | own


def _judged(trial: Trial, spoke: Spoke, cost: Survived, results: Results) -> Outcome:
    answers, tasks = spoke.answers(), Counter(task for task, _ in results)
    return Outcome(
        cost,
        repeated=spoke.repeated(),
        forgotten=_forgotten(answers, cost.killed_at),
        lost=trial.episodes - len(tasks),
        doubled=sum(tasks.values()) - len(tasks),
        invented=spoke.unsaid(words for _, words in results) + sum(len(words) != trial.calls for _, words in results),
    )


def _forgotten(answers: Iterable[Spoken], killed_at: Sequence[float]) -> int:
    """Repeated although whoever had asked was alive long enough to keep the answer."""
    last: dict[tuple[int, int], float] = {}
    count = 0
    for each in answers:
        step = each.goal, len(each.before)
        count += step in last and _received(last[step], killed_at)
        last[step] = each.at
    return count


def _received(at: float, killed_at: Sequence[float]) -> bool:
    """Just after a kill come answers to the dead, just before one those that nobody reads any more."""
    return not any(at - SETTLED_S < kill < at + SETTLED_S for kill in killed_at)


def _show(trial: Trial, played: Played) -> None:
    heads = ("repeated", "forgotten", "lost", "twice", "invented", "wall", "without kills", "CPU a turn", "without")
    table = Table("contestant", *heads)
    what = f"{trial.episodes} episodes x {trial.calls} calls, {trial.concurrency} at once, {trial.latency_s:g} s a call"
    table.title = f"{what}, {trial.kills} kills"
    for name, (alone, killed) in played.items():
        counts = (killed.repeated, killed.forgotten, killed.lost, killed.doubled, killed.invented)
        walls = [f"{each.cost.wall_s:.0f} s" if each else "" for each in (killed, alone)]
        costs = [f"{_ms_a_turn(trial, each):.1f} ms" if each else "" for each in (killed, alone)]
        table.add_row(name, *map(str, counts), *walls, *costs)
    Console(width=160).print(table)


def _ms_a_turn(trial: Trial, outcome: Outcome) -> float:
    """CPU for each answer that was needed."""
    return 1_000 * outcome.cost.cpu_s / trial.turns


def _goals(trial: Trial, played: Played) -> Iterator[Goal]:
    """Ours must lose nothing, and pay again for no more than what was in flight."""
    for name, (alone, killed) in played.items():
        ours = name.startswith("wardian")
        none = 0.0 if ours else None
        most = trial.kills * trial.concurrency if ours else None
        yield Goal(f"calls repeated after {trial.kills} kills: {name}", killed.repeated, "calls", most)
        yield Goal(f"calls repeated for each kill: {name}", killed.repeated / trial.kills, "calls")
        label = f"of them not answered within {SETTLED_S:g} s of a kill"
        yield Goal(f"{label}: {name}", killed.forgotten, "calls", none)
        yield Goal(f"episodes lost: {name}", killed.lost, "episodes", none)
        yield Goal(f"episodes with two results: {name}", killed.doubled, "episodes", none)
        yield Goal(f"starts that ended badly without a kill: {name}", killed.cost.stumbles, "starts", none)
        yield Goal(f"results that were never said so: {name}", killed.invented, "episodes", none)
        for how, outcome in (("with kills", killed), ("without", alone)):
            if outcome:
                yield Goal(f"wall time {how}: {name}", outcome.cost.wall_s, "s")
                yield Goal(f"CPU a turn {how}: {name}", _ms_a_turn(trial, outcome), "ms")


def _ratios(trial: Trial, played: Played) -> Iterator[Goal]:
    """Our first row to each of theirs."""
    ours = next((outcomes for name, outcomes in played.items() if name.startswith("wardian")), None)
    theirs = {name: outcomes for name, outcomes in played.items() if not name.startswith("wardian")}
    for name, outcomes in theirs.items() if ours else ():
        for how, our, their in zip(("without", "with kills"), ours or (), outcomes, strict=True):
            if our and their:
                yield Goal(f"wall time {how}, ours to {name}", our.cost.wall_s / their.cost.wall_s, "x")
                yield Goal(f"CPU a turn {how}, ours to {name}", our.cost.cpu_s / their.cost.cpu_s, "x")
                if their.repeated:
                    yield Goal(f"calls repeated, ours to {name}", our.repeated / their.repeated, "x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller numbers")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default=",".join(KINDS), help="some of %(default)s")
    parser.add_argument("--venvs", type=outside, default=CACHE, metavar="DIR", help="where the peers are kept")
    options = parser.parse_args()
    goals = peers(options.venvs, quick=options.quick, quiet=options.json, only=options.only.split(","))
    report(goals, as_json=options.json)


if __name__ == "__main__":
    main()
