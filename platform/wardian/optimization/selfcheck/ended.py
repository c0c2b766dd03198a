"""A simulated campaign in a few numbers, with the truth beside what it says."""

from typing import Self

from wardian.base.frozen import Frozen
from wardian.optimization.campaign.record import StopReason
from wardian.optimization.gate.verdict import Ruling
from wardian.optimization.selfcheck.playing import Outcome, Ruled

__all__ = ["Ended", "Sentence"]

NO_GAIN = 1e-9


class Sentence(Frozen):
    """A gate's verdict: what it claims, and `gain`, which is true."""

    ruling: Ruling
    gain: float
    delta: float
    raw_delta: float
    low: float
    high: float
    pairs: int

    @classmethod
    def of(cls, ruled: Ruled) -> Self:
        """That of a gate."""
        said = ruled.record.verdict
        return cls(
            ruling=said.ruling,
            gain=ruled.gain,
            delta=said.delta,
            raw_delta=said.raw_delta,
            low=said.low,
            high=said.high,
            pairs=said.pairs,
        )

    @property
    def promoted(self) -> bool:
        """Whether it made a new champion."""
        return self.ruling == "promoted"

    @property
    def covered(self) -> bool:
        """Whether the truth is within the interval."""
        return self.low <= self.gain <= self.high


class Ended(Frozen):
    """A campaign that has ended.

    Args:
        stop: why.
        gates: their verdicts, in order.
        candidates: that were proposed.
        false_alarm: whether the champion seemed to differ from itself.
        episodes: that were begun, those that nobody needed in the end as well.
        allowed: the most that its budget has.
        hours: of virtual time.
        slot_use: the share of slot time in which an episode was played.
    """

    stop: StopReason | None
    gates: tuple[Sentence, ...]
    candidates: int
    false_alarm: bool
    episodes: int
    allowed: int
    hours: float
    slot_use: float

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """The numbers of a campaign."""
        record, seconds = outcome.record, outcome.seconds
        return cls(
            stop=record.stop,
            gates=tuple(map(Sentence.of, outcome.gates)),
            candidates=len(record.candidates),
            false_alarm=record.preflight is not None and record.preflight.false_alarm,
            episodes=outcome.episodes,
            allowed=record.spec.budget.episodes,
            hours=seconds / 3600,
            slot_use=outcome.busy_s / (seconds * record.slots) if seconds else 0.0,
        )

    @property
    def promotions(self) -> tuple[Sentence, ...]:
        """The gates that made a new champion."""
        return tuple(gate for gate in self.gates if gate.promoted)

    @property
    def improved(self) -> bool:
        """Whether it has a champion that is truly better."""
        return any(gate.gain > NO_GAIN for gate in self.promotions)

    @property
    def deceived(self) -> bool:
        """Whether it promoted a version that is no better than its champion."""
        return any(gate.gain <= NO_GAIN for gate in self.promotions)
