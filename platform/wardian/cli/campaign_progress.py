"""What a person sees while a campaign goes on: a line for everything that is known, and what is being done."""

from rich.console import Console
from rich.live import Live
from rich.text import Text

from wardian.base.clock import Clock
from wardian.optimization.campaign.lineage import Recorder
from wardian.optimization.campaign.record import CampaignRecord, Stage
from wardian.reports.campaigns.telling import told
from wardian.scoring.finished import Finished
from wardian.specs.job import JobSpec

__all__ = ["CampaignProgress", "label", "marked"]

LINE_EVERY_S = 10.0
DOING: dict[Stage, str] = {
    "preflight": "the champion against itself",
    "observe": "watching the champion",
    "diagnose": "looking for mistakes",
    "propose": "edits are proposed and raced",
    "race": "candidates are raced",
    "gate": "champion and candidate, pair by pair",
    "audit": "a second look at the gain",
    "ended": "done",
}


class CampaignProgress:
    """A recorder and a sink: says what `inner` is told, as far as it is new, and counts episodes.

    Args:
        console: where it is said.
        inner: keeps the record.
        clock: the time.
    """

    def __init__(self, console: Console, inner: Recorder, clock: Clock) -> None:
        self._console = console
        self._inner = inner
        self._clock = clock
        self._said = 0
        self._played = self._missing = 0
        self._stage: Stage = "preflight"
        self._said_at = clock.monotonic()
        self._live = Live(console=console, refresh_per_second=4, get_renderable=self._view, transient=True)

    async def note(self, record: CampaignRecord) -> None:
        """Keep it, and say what is new."""
        await self._inner.note(record)
        self._stage = record.stage
        lines = list(told(record))
        for name, text in lines[self._said :]:
            self._console.print(label(name, text), soft_wrap=True)
        self._said = len(lines)

    async def write(self, finished: Finished) -> None:
        """Count one more episode."""
        self._played += 1
        self._missing += finished.result.again
        if self._console.is_terminal:
            self._live.start()
        elif self._stage != "ended" and self._clock.monotonic() - self._said_at >= LINE_EVERY_S:
            self._said_at = self._clock.monotonic()
            self._console.print(self._state(), soft_wrap=True, highlight=False)

    async def close(self) -> None:
        """The run ends."""
        self._live.stop()

    def _view(self) -> Text:
        return Text(self._state(), style="dim")

    def _state(self) -> str:
        missing = f", {self._missing} of them missing" if self._missing else ""
        return f"{self._stage:<10} {DOING[self._stage]}: {self._played:,} episodes so far{missing}"


def label(name: str, text: str) -> Text:
    """A line of a campaign, as a person reads it."""
    return Text.assemble((f"{name:<10} ", "bold"), text)


def marked(job: JobSpec) -> str:
    """What is said behind the name of a campaign in which simulated models answer."""
    return " · SIMULATED MODELS" if job.simulated else ""
