"""Counting votes."""

from collections.abc import Sequence
from typing import Final

from wardian.base.fused import Answer, DecidedBy, Decision, Tally
from wardian.fusion.seats import Seat

__all__ = ["Count", "Foregone"]

ROUNDING: Final = 1e-9
"""Sums of weights may miss so much."""


class Count:
    """The votes of `answers`, which are in the order of the config: among equals the one named first leads."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        voices: dict[str, list[Answer]] = {}
        for answer in answers:
            voices.setdefault(answer.key, []).append(answer)
        tallies = [
            Tally(key=key, seats=tuple(each.seat for each in given), weight=sum(each.weight for each in given))
            for key, given in voices.items()
        ]
        self.tallies = tuple(sorted(tallies, key=lambda tally: -tally.weight))
        self._first = {key: given[0] for key, given in voices.items()}
        self._total = sum(tally.weight for tally in tallies)

    @property
    def leader(self) -> Answer:
        """The first answer among those with most votes."""
        return self._first[self.tallies[0].key]

    @property
    def unanimous(self) -> bool:
        """Whether all say the same."""
        return len(self.tallies) == 1

    @property
    def lead(self) -> float:
        """By how much weight the first is ahead of the second."""
        second = self.tallies[1].weight if len(self.tallies) > 1 else 0.0
        return self.tallies[0].weight - second

    @property
    def share(self) -> float:
        """The leader's part of all votes, 0 to 1."""
        return self.tallies[0].weight / self._total

    def won(self, min_share: float = 0.0) -> bool:
        """Whether one is ahead of all others, with at least this part of the votes."""
        return self.lead > ROUNDING and self.share >= min_share - ROUNDING

    def favourites(self, min_share: float = 0.0) -> tuple[Answer, ...]:
        """Those between whom it is not decided, one for each answer: the leaders at a tie, else everybody."""
        most = self.tallies[0].weight if self.share >= min_share - ROUNDING else 0.0
        return tuple(self._first[tally.key] for tally in self.tallies if tally.weight >= most - ROUNDING)

    def decision(self, by: DecidedBy, winner: str | None = None) -> Decision:
        """These votes as the reason for `winner`, by default the leader."""
        shares = [tally.weight / self._total for tally in self.tallies]
        seat = self.leader.seat if winner is None else winner
        share = next((part for part, tally in zip(shares, self.tallies, strict=True) if seat in tally.seats), None)
        return Decision(
            by=by,
            winner=seat,
            votes=self.tallies,
            share=share,
            margin=self.lead / self._total,
            n_eff=1 / sum(part * part for part in shares),
        )


class Foregone:
    """Whether a vote is decided before its end: nobody can overtake the leader, or bring it below its share.

    Args:
        seats: who votes.
        min_share: the part of all votes that the leader needs.
    """

    def __init__(self, seats: Sequence[Seat], min_share: float = 0.0) -> None:
        self._weight = sum(seat.spec.weight for seat in seats)
        self._min_share = min_share

    def __call__(self, answers: Sequence[Answer], missing: int) -> bool:
        """Whether these `answers` settle it, whatever those who are missing will say."""
        usable = [answer for answer in answers if answer.ok]
        if not usable:
            return False
        to_come = self._weight - sum(answer.weight for answer in answers)
        count = Count(usable)
        leader, total = count.tallies[0].weight, sum(answer.weight for answer in usable)
        return count.lead > to_come + ROUNDING and leader >= self._min_share * (total + to_come) - ROUNDING
