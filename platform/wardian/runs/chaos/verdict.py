"""Whether the guarantees held: what a disturbed run left behind, beside what one left that nobody disturbed."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final, Self

from wardian.base.frozen import Frozen
from wardian.runs.chaos.plan import Fault
from wardian.simulator.counting import Answer

__all__ = ["STOOD_STILL", "Left", "Ordeal", "Struck", "Verdict"]

WRITING_S: Final = 2.0
"""Within so many seconds after it came an answer is written down; a process that is killed earlier may lose it."""


STOOD_STILL: Final = -1
"""The code of a run that did not end by itself."""


class Struck(Frozen):
    """A fault that happened.

    Args:
        fault: as planned.
        calls: how many calls had been made by then.
        victim: what was struck.
        began_at: when the order to strike went out, in seconds since the epoch.
        ended_at: when it was known to be carried out.
    """

    fault: Fault
    calls: int
    victim: str
    began_at: float
    ended_at: float

    def interrupted(self, answer: Answer) -> bool:
        """Whether it may have kept somebody from hearing `answer`, or from writing it down."""
        heard = answer.answered_at is not None and answer.answered_at + WRITING_S < self.began_at
        return answer.asked_at <= self.ended_at and not heard


@dataclass(frozen=True)
class Left:
    """What a run left behind.

    Args:
        planned: the keys of its episodes.
        results: how many results count for each of them.
        essences: what each is but for its times, as a digest.
        anew: episodes that begin anew when they were broken off, because their pack demands it.
        restarted: those that were played from their beginning again, as their records say.
        reported: how many the run says that there were.
        rows: episodes in its tables.
        doubled_rows: rows of its tables that are there twice.
        answers: what its models were paid for.
        code: with which it ended.
        wall_s: how long it took, in seconds.
    """

    planned: Set[str]
    results: Counter[str]
    essences: Mapping[str, str]
    anew: Set[str] = frozenset()
    restarted: Set[str] = frozenset()
    reported: int = 0
    rows: int = 0
    doubled_rows: int = 0
    answers: Sequence[Answer] = ()
    code: int = 0
    wall_s: float = 0.0


@dataclass(frozen=True)
class Ordeal:
    """What a run was put through.

    Args:
        planned: how many faults.
        struck: those that happened.
        window: calls that a worker may have in flight.
        workers: how many there are.
    """

    planned: int
    struck: tuple[Struck, ...]
    window: int
    workers: int

    @property
    def allowed(self) -> int:
        """How many calls may be made again: for each worker that was lost, those that it may have in flight."""
        lost = {"nobody": 0, "one worker": 1, "all workers": self.workers}
        return self.window * sum(lost[each.fault.loss] for each in self.struck)


class Verdict(Frozen):
    """What the faults did. All numbers but the last ones are 0 when every guarantee held.

    Args:
        episodes: planned.
        calls: made in the undisturbed run.
        struck: the faults that happened.
        missed: how many did not, because the run was over before their moment or their victim came.
        code: with which the disturbed run ended, or `STOOD_STILL`.
        lost: planned episodes without a result.
        doubled: results that were there before.
        lost_rows: episodes that are not in the tables.
        doubled_rows: rows of the tables that are there twice.
        differing: episodes with another result than in the undisturbed run, those apart that were restarted.
        repeated: calls made again, those apart of episodes that begin anew.
        repeated_undisturbed: the same in the undisturbed run.
        allowed: how many calls may be made again: for each worker that was lost, those that it may have in flight.
        unexplained: calls made again although no fault had interrupted them.
        anew: calls made again by episodes that begin anew: those that were restarted, and those whose pack demands it.
        restarted: episodes that did not go on like the calls recorded of them (ReplayDivergence).
        unreported: those of them of which the run does not say so.
        wall_s: how long the disturbed run took, in seconds.
        undisturbed_s: how long the other one took.
    """

    episodes: int
    calls: int
    struck: tuple[Struck, ...]
    missed: int = 0
    code: int = 0
    lost: int = 0
    doubled: int = 0
    lost_rows: int = 0
    doubled_rows: int = 0
    differing: int = 0
    repeated: int = 0
    repeated_undisturbed: int = 0
    allowed: int = 0
    unexplained: int = 0
    anew: int = 0
    restarted: int = 0
    unreported: int = 0
    wall_s: float = 0.0
    undisturbed_s: float = 0.0

    @property
    def once(self) -> bool:
        """G1: each episode has exactly one result, in the journal and in the tables."""
        return not (self.lost or self.doubled or self.lost_rows or self.doubled_rows)

    @property
    def bounded(self) -> bool:
        """G2: no more calls are made again than lost workers had in flight; without a fault, none."""
        return self.repeated <= self.allowed and not self.repeated_undisturbed

    @property
    def kept(self) -> bool:
        """G3: no call that was written down is made again, and the run comes to its end."""
        return not self.unexplained and self.code == 0

    @property
    def told(self) -> bool:
        """G4: the run says which episodes did not go on as they were recorded."""
        return not self.unreported

    @property
    def holds(self) -> bool:
        """All of them, and the results are those of the undisturbed run."""
        return self.once and self.bounded and self.kept and self.told and not self.differing

    @classmethod
    def of(cls, calm: Left, disturbed: Left, ordeal: Ordeal) -> Self:
        """Compare what both runs left."""
        apart = disturbed.restarted | disturbed.anew
        wasted = list(_wasted(calm.answers, disturbed.answers))
        bound = [answer for answer in wasted if answer.episode not in apart]
        return cls(
            episodes=len(calm.planned),
            calls=len(calm.answers),
            struck=ordeal.struck,
            missed=ordeal.planned - len(ordeal.struck),
            code=disturbed.code,
            lost=len(calm.planned - disturbed.results.keys()),
            doubled=sum(number - 1 for number in disturbed.results.values()),
            lost_rows=max(len(calm.planned) - disturbed.rows, 0),
            doubled_rows=disturbed.doubled_rows,
            differing=sum(calm.essences.get(key) != found for key, found in _compared(disturbed)),
            repeated=len(bound),
            repeated_undisturbed=sum(number - 1 for number in _times(calm.answers).values()),
            allowed=ordeal.allowed,
            unexplained=sum(not any(each.interrupted(answer) for each in ordeal.struck) for answer in bound),
            anew=len(wasted) - len(bound),
            restarted=len(disturbed.restarted),
            unreported=max(len(disturbed.restarted) - disturbed.reported, 0),
            wall_s=disturbed.wall_s,
            undisturbed_s=calm.wall_s,
        )


def _wasted(calm: Sequence[Answer], disturbed: Sequence[Answer]) -> Iterator[Answer]:
    """Answers that had to be asked for once more: of a step that has too many, the earliest."""
    needed = _times(calm)
    given = defaultdict(list)
    for answer in sorted(disturbed, key=lambda each: each.asked_at):
        given[answer.step].append(answer)
    for step, answers in given.items():
        yield from answers[: max(len(answers) - needed[step], 0)]


def _times(answers: Sequence[Answer]) -> Counter[str]:
    return Counter(answer.step for answer in answers)


def _compared(left: Left) -> Iterator[tuple[str, str]]:
    return ((key, found) for key, found in left.essences.items() if key not in left.restarted)
