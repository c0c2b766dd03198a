"""What a person sees while a run goes on."""

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from wardian.base.clock import Clock
from wardian.scoring.finished import Finished

__all__ = ["ProgressSink"]

LINE_EVERY_S = 5.0


class ProgressSink:
    """A live bar on a terminal; elsewhere a plain line every five seconds, for logs."""

    def __init__(self, console: Console, clock: Clock, *, total: int) -> None:
        self._console = console
        self._clock = clock
        self._total = total
        self._arms: dict[str, tuple[int, int]] = {}
        self._done = self._missing = 0
        self._said_at = float("-inf")
        columns = (BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        self._bar = Progress(TextColumn("episodes"), *columns, auto_refresh=False)
        self._task = self._bar.add_task("", total=total)
        self._live = Live(console=console, refresh_per_second=4, get_renderable=self._view)

    async def write(self, finished: Finished) -> None:
        """Count one more episode."""
        result = finished.result
        self._done += 1
        self._missing += result.again
        if not result.again:
            solved, played = self._arms.get(result.arm, (0, 0))
            success = int(result.values.get("success") == 1.0)
            self._arms[result.arm] = (solved + success, played + 1)
        if self._console.is_terminal:
            self._live.start()
            self._bar.update(self._task, completed=self._done)
        elif self._done == self._total or self._clock.monotonic() - self._said_at >= LINE_EVERY_S:
            self._said_at = self._clock.monotonic()
            self._console.print(
                f"{self._done}/{self._total} episodes  {self._state()}", soft_wrap=True, highlight=False
            )

    async def close(self) -> None:
        """Leave the last state on the screen."""
        if self._console.is_terminal:
            self._live.stop()

    def _view(self) -> RenderableType:
        """The bar, and below it how the arms stand: together they would not fit into one line."""
        return Group(self._bar, Text(self._state(), style="dim"))

    def _state(self) -> str:
        arms = [f"{name} {100 * solved / played:.0f}%" for name, (solved, played) in sorted(self._arms.items())]
        missing = [f"{self._missing} missing"] if self._missing else []
        return "  ".join(arms + missing)
