"""What a person sees while a sweep goes on: a line for every block, and how far the next one is."""

from rich.console import Console
from rich.live import Live
from rich.text import Text

from wardian.base.clock import Clock
from wardian.cli.wording import counted
from wardian.optimization.sweeps.record import SweepRecord
from wardian.scoring.finished import Finished

__all__ = ["SweepProgress"]

LINE_EVERY_S = 5.0
SHOWN = 4


class SweepProgress:
    """A sink that counts episodes, and is told of blocks.

    Args:
        console: where it is said.
        clock: the time.
        record: of the sweep before it begins.
    """

    def __init__(self, console: Console, clock: Clock, record: SweepRecord) -> None:
        self._console = console
        self._clock = clock
        self._played = self._missing = 0
        self._said_at = float("-inf")
        self._live = Live(console=console, refresh_per_second=4, get_renderable=self._view, transient=True)
        beside = f", {counted(len(record.beside), 'arm')} beside them" if record.beside else ""
        self._say(f"{counted(len(record.configs), 'configuration')} of '{record.agent}'{beside}; {record.ending}")

    def note(self, record: SweepRecord) -> None:
        """Say what became of the newest block."""
        block = record.blocks[-1]
        gone = sum(each.cells == block.cells for each in record.dropped)
        names = [each.name for each in record.finalists]
        on = f"{len(names)} of them" if len(names) > SHOWN else ", ".join(names) or "nobody"
        what = "stay" if record.done else "go on"
        self._say(
            f"block {len(record.blocks)}: {counted(len(block.configs), 'configuration')} with "
            f"{counted(block.cells, 'episode')} each; {gone} out; {on} {what}"
        )

    async def write(self, finished: Finished) -> None:
        """Count one more episode."""
        self._played += 1
        self._missing += finished.result.again
        if self._console.is_terminal:
            self._live.start()
        elif self._clock.monotonic() - self._said_at >= LINE_EVERY_S:
            self._said_at = self._clock.monotonic()
            self._say(self._state())

    async def close(self) -> None:
        """The run ends."""
        self._live.stop()

    def _say(self, line: str) -> None:
        self._console.print(line, soft_wrap=True, highlight=False)

    def _view(self) -> Text:
        return Text(self._state(), style="dim")

    def _state(self) -> str:
        missing = f", {self._missing} of them missing" if self._missing else ""
        return f"{counted(self._played, 'episode')} so far{missing}"
