"""Counting votes."""

from collections.abc import Sequence

from wardian.base.fused import Answer, DecidedBy, Decision, Tally

__all__ = ["Count"]


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
