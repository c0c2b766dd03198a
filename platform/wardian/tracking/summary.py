"""What a tracker is told of a run, and what it answers."""

import shlex
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from wardian.base.frozen import Frozen
from wardian.episodes.record import AgentRef, EnvironmentRef
from wardian.specs.job import JobSpec
from wardian.tracking.sample import SampledTrace

__all__ = ["TRACKED", "ArmFigures", "Figure", "RunCard", "RunStatus", "RunSummary", "Tracked"]

TRACKED: Final = "tracking.json"
"""The file of a run that says where it can be seen."""

RunStatus = Literal["finished", "failed", "interrupted", "paused"]


class RunCard(Frozen):
    """A run before its first episode; the same card again means that it is resumed."""

    run_id: str
    folder: Path
    url: str | None = None
    """Where the run is kept, if not in the folder."""
    job: JobSpec
    arms: tuple[AgentRef, ...]
    environments: tuple[EnvironmentRef, ...]
    episodes: int
    """As planned, all arms together."""
    code_version: str

    def simulated(self, arm: AgentRef) -> bool:
        """Whether a simulated model answers in `arm`, as far as the job says."""
        return bool(arm.model) and self.job.is_simulated(arm.model)


class Figure(Frozen):
    """One final number, with the bounds of its interval where it has one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


class ArmFigures(Frozen):
    """The final numbers of one arm."""

    arm: str
    figures: tuple[Figure, ...]


class RunSummary(Frozen):
    """A run after its last episode.

    `arms` come best first, `figures` are about the whole run, `note` is Markdown for people (the
    leaderboard), `artifacts` are files to keep with the run, `traces` a sample of its episodes.
    """

    status: RunStatus
    arms: tuple[ArmFigures, ...] = ()
    figures: tuple[Figure, ...] = ()
    note: str = ""
    artifacts: tuple[Path, ...] = ()
    traces: tuple[SampledTrace, ...] = ()


class Tracked(Frozen):
    """Where the run can be seen; `problem` says in one line what is missing there and why, `notes` what else is so."""

    uri: str = ""
    """Without its password, if it has one."""
    experiment_id: str | None = None
    run_id: str | None = None
    problem: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def open_with(self) -> str | None:
        """What opens the run: an address, or the command that starts MLflow on the store; None for nothing to see."""
        if self.run_id is None or self._served:
            return self.page
        return f"mlflow ui --backend-store-uri {shlex.quote(self.uri)}"

    @property
    def page(self) -> str | None:
        """The address of the run, on the server or on what `open_with` starts; None when there is nothing to see."""
        if self.run_id is None:
            return None
        server = self.uri.rstrip("/") if self._served else "http://127.0.0.1:5000"
        return f"{server}/#/experiments/{self.experiment_id}/runs/{self.run_id}"

    @property
    def _served(self) -> bool:
        return urlsplit(self.uri).scheme in ("http", "https")
