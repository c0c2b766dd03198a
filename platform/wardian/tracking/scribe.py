"""Who fills the outbox: every result, as it ends, becomes points; the end of the run its final numbers."""

from wardian.scoring.result import Result
from wardian.tracking.curves import Curves, Point
from wardian.tracking.description import metric_values
from wardian.tracking.outbox import Drawn, Ended, Outbox, Sampled
from wardian.tracking.summary import Figure, RunCard, RunSummary

__all__ = ["Scribe"]


class Scribe:
    """Writes into an outbox that is held. What stands there already is not written again.

    Args:
        outbox: the run's.
        card: the run's.
    """

    def __init__(self, outbox: Outbox, card: RunCard) -> None:
        self._outbox = outbox
        self._card = card
        self._curves = Curves(card.episodes, len(card.arms))
        self._steps = outbox.drawn()

    def add(self, result: Result) -> None:
        """Take one result; a resumed run gives the earlier ones again."""
        for point in self._curves.add(result):
            self._draw(point)

    def end(self, summary: RunSummary, at_ms: int) -> None:
        """Write where the curves end, the traces, and the final numbers at `at_ms`, which stand after every point."""
        for point in self._curves.last():
            self._draw(point)
        known = self._outbox.sampled()
        for trace in summary.traces:
            if trace.spans[0].trace not in known:
                self._outbox.append(Sampled(trace=trace))
        figures = ((None, summary.figures), *((arm.arm, arm.figures) for arm in summary.arms))
        ended = Ended(
            at_ms=at_ms,
            status=summary.status,
            points=tuple(self._final(arm, found, at_ms) for arm, found in figures),
            note=summary.note,
            best_arm=summary.arms[0].arm if summary.arms else None,
            simulated=tuple(sorted(self._curves.simulated)),
            artifacts=tuple(path.relative_to(self._card.folder) for path in summary.artifacts),
        )
        self._outbox.append(ended)

    def _draw(self, point: Point) -> None:
        """A step is drawn once, even if results come in another order after the run was resumed."""
        if point.step > self._steps.get(point.arm, 0):
            self._outbox.append(Drawn(point=point))
            self._steps[point.arm] = point.step

    def _final(self, arm: str | None, figures: tuple[Figure, ...], at_ms: int) -> Point:
        return Point(arm=arm, step=self._curves.episodes(arm), at_ms=at_ms, values=metric_values(figures))
