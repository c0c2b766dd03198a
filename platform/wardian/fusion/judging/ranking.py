"""What a judge's verdicts come to."""

from dataclasses import dataclass

from wardian.base.fused import Answer, DecidedBy, Verdict

__all__ = ["Ranking"]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best of several candidates.

    Args:
        best: the winner; None only where there was no candidate.
        verdicts: one for each order in which candidates were shown.
        confidence: the judge's own, averaged over orders; None when it did not say.
        order_conflict: whether the judge preferred another one in another order.
        by: what settled it, when that was not the judge.
    """

    best: Answer | None
    verdicts: tuple[Verdict, ...] = ()
    confidence: float | None = None
    order_conflict: bool = False
    by: DecidedBy = "judge"

    @property
    def none_acceptable(self) -> bool:
        """Whether the judge would take none of them, in whatever order."""
        read = [verdict for verdict in self.verdicts if verdict.ranking]
        return bool(read) and all(verdict.none_acceptable for verdict in read)
