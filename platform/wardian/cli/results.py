"""What came out of a run: printed at its end, and again by `wardian results`."""

import os
import shlex
import shutil
import sys
from pathlib import Path

import orjson
from rich.console import Console
from rich.text import Text

from wardian.base.dollars import total_usd
from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen, JsonObject
from wardian.cli.exits import INCOMPLETE, PAUSED
from wardian.cli.wording import counted
from wardian.environments.packs import bundled_roots, load_packs
from wardian.reports.background import Background
from wardian.reports.details import detail_sections
from wardian.reports.leaderboard import Leaderboard
from wardian.reports.standings import Missing, Standings
from wardian.reports.terminal import leaderboard_view, sections_view
from wardian.runs.folder import RunFolder, argument_of
from wardian.runs.pausing import Pause
from wardian.runs.plan import Plan
from wardian.runs.purpose import Purpose, purpose_of
from wardian.runs.rescoring import current
from wardian.specs.job import JobSpec
from wardian.tracking.outbox import Outbox
from wardian.tracking.summary import TRACKED, Tracked

__all__ = ["Outcome", "recorded", "remark", "show_outcome", "show_results"]


class Outcome(Frozen):
    """A run in a few values.

    `url` opens it, when it is kept elsewhere than in `folder`: then that is one of this machine only. `planned` is None
    when the packs are not here to count; `tracked` says where a tracker shows the run. `restarted` episodes did not go
    on like the calls recorded of them, and were played from their beginning with new ones.
    """

    run: str
    folder: Path
    url: str | None = None
    planned: int | None
    standings: Standings = Standings(arms=())
    tracked: Tracked = Tracked()
    interrupted: int = 0
    paused: Pause | None = None
    restarted: int = 0

    @property
    def missing(self) -> int:
        """Episodes that somebody else than the agent broke."""
        return sum(missing.episodes for arm in self.standings.arms for missing in arm.missing)

    @property
    def ungraded(self) -> int:
        """Those of them on which a scorer broke: scoring them again is enough."""
        return sum(missing.episodes for missing in self._grader)

    @property
    def complaint(self) -> str:
        """What the first of these said."""
        return next((missing.why for missing in self._grader), "")

    @property
    def _grader(self) -> list[Missing]:
        return [missing for arm in self.standings.arms for missing in arm.missing if missing.cause == "grader"]

    @property
    def unplayed(self) -> int:
        """Episodes without any result yet."""
        return 0 if self.planned is None else self.planned - self.played

    @property
    def played(self) -> int:
        """Episodes with a result, be it that somebody broke them."""
        return self.missing + sum(arm.episodes for arm in self.standings.arms)

    @property
    def exit_code(self) -> int:
        """0 when every planned episode has a score; the signal's code after an interruption, the pause's after one."""
        if self.interrupted or self.paused is None:
            return self.interrupted or (INCOMPLETE if self.missing or self.unplayed else 0)
        return PAUSED[self.paused.reason]

    @property
    def pause_line(self) -> str | None:
        """What happened, how far the run is, and how it goes on; None when it was not paused."""
        if self.paused is None:
            return None
        played = sum(arm.episodes for arm in self.standings.arms)
        of = "" if self.planned is None else f" of {self.planned:,}"
        resume = _typed(f"wardian resume {self.argument}")
        return f"{self.paused.line}; {played:,}{of} episodes are done; go on with: {resume}"

    @property
    def argument(self) -> str:
        """What commands take for RUN."""
        return shlex.quote(self.url or argument_of(self.folder))

    @property
    def only_simulated(self) -> bool:
        """Whether no real model answered anywhere."""
        models = [arm for arm in self.standings.arms if arm.model]
        return bool(models) and all(arm.simulated for arm in models)

    @property
    def cost_usd(self) -> float | None:
        """What the answers cost when they were asked for; None when a price is unknown."""
        return total_usd(arm.cost_usd for arm in self.standings.arms)

    @property
    def spent_usd(self) -> float | None:
        """What of it this run has paid: answers out of the reply cache were free."""
        return total_usd(arm.spent_usd for arm in self.standings.arms)


def remark(pause: Pause | None, restarted: int) -> str:
    """What is to be said of a whole run in its leaderboard."""
    paused = f"Paused: {pause.line}" if pause else ""
    return " ".join(filter(None, (paused, f"Replay: {_restarts(restarted)}." if restarted else "")))


def _restarts(number: int) -> str:
    return (
        f"{number:,} interrupted episodes did not go on as they were recorded (ReplayDivergence) "
        f"and were played again with new calls"
    )


def show_results(folder: RunFolder, *, as_json: bool, details: bool = False) -> None:
    """Print what the record of a run says; `details` are in the JSON anyway."""
    outcome = recorded(folder)
    show_outcome(outcome, as_json=as_json, details=details)


def recorded(folder: RunFolder) -> Outcome:
    """What the record of a run says: the journal's results, what is missing, and where it was tracked."""
    job = folder.job()
    planned, background = _planned(job, purpose_of(folder.store)), Background.of(job, folder.metrics)
    standings = Leaderboard.of((finished.result for finished in current(folder.latest)), background).standings()
    return Outcome(
        run=folder.id,
        folder=folder.path,
        url=folder.elsewhere,
        planned=planned,
        standings=standings,
        tracked=_tracked(folder),
        paused=folder.pause,
    )


def _tracked(folder: RunFolder) -> Tracked:
    """Where the run is in MLflow, as its end said; a process that died said nothing."""
    told = folder.store.get(TRACKED)
    tracked = Tracked() if told is None else Tracked.model_validate_json(told)
    if tracked.problem is not None or folder.played or Outbox(folder.path).settled:
        return tracked
    problem = f"MLflow misses a part of this run; `wardian sync {folder.argument}` delivers it"
    return tracked.model_copy(update={"problem": problem})


def _planned(job: JobSpec, purpose: Purpose) -> int | None:
    """How many episodes the run has; None when its results decide that, or its packs are not on this machine."""
    if purpose != "evaluate":
        return None
    try:
        return len(Plan(job, load_packs(job, bundled_roots())))
    except ConfigError:
        return None


def show_outcome(outcome: Outcome, *, as_json: bool, details: bool = False, more: JsonObject | None = None) -> None:
    """Print on stdout: the leaderboard and where everything is, or JSON and nothing else; then a pause is on stderr.

    `details` follow the leaderboard, and are in the JSON anyway; `more` stands in the JSON alone.
    """
    if as_json:
        if outcome.pause_line is not None:
            sys.stderr.write(f"paused: {outcome.pause_line}\n")
        money = {"cost_usd": outcome.cost_usd, "spent_usd": outcome.spent_usd}
        derived = {"missing": outcome.missing, "unplayed": outcome.unplayed, **money, "exit_code": outcome.exit_code}
        document = {**outcome.model_dump(mode="json"), **derived, **(more or {})}
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
        return
    console = Console()
    if outcome.standings.arms:
        console.print(leaderboard_view(outcome.standings))
    if details:
        console.print(sections_view(detail_sections(outcome.standings)))
    for label, text in _lines(outcome):
        console.print(Text.assemble((f"{label:<9}", "bold"), text), soft_wrap=True)


def _lines(outcome: Outcome) -> list[tuple[str, str]]:
    place = _short(outcome.folder) if outcome.url is None else outcome.url.partition("?")[0]
    lines = [
        ("cost", _cost(outcome)),
        ("results", f"{place}/: tables/*.parquet, leaderboard.md, leaderboard.json"),
    ]
    if outcome.standings.arms:
        lines.append(("report", _typed(f"wardian view {outcome.argument}")))
    if outcome.tracked.open_with is not None:
        lines.append(("mlflow", _typed(outcome.tracked.open_with)))
    if outcome.tracked.problem is not None:
        lines.append(("mlflow", outcome.tracked.problem))
    if outcome.restarted:
        lines.append(("replay", _restarts(outcome.restarted)))
    return lines + _rest(outcome)


def _rest(outcome: Outcome) -> list[tuple[str, str]]:
    """What has no score yet, and the commands that give it one."""
    lines, broken = [], outcome.missing - outcome.ungraded
    if outcome.pause_line is not None:
        lines.append(("paused", outcome.pause_line))
    elif broken or outcome.unplayed:
        rest = f"{outcome.unplayed} episodes not played, {broken} broken by others than the agent"
        lines.append(("resume", _typed(f"wardian resume {outcome.argument}   ({rest})")))
    if outcome.ungraded:
        rest = f"a scorer broke on {counted(outcome.ungraded, 'episode')}; mend it first"
        lines.append(("rescore", _typed(f"wardian rescore {outcome.argument}   ({rest})")))
        lines.append(("broken", outcome.complaint))
    return lines


def _dollars(cost: float | None) -> str:
    return "unknown (a model has no price)" if cost is None else f"${cost:,.4f}"


def _cost(outcome: Outcome) -> str:
    """What the answers cost, and how much of it was not paid by this run."""
    cost = _dollars(outcome.cost_usd)
    if outcome.only_simulated:
        free = "simulated models: nothing was spent"
        return free if outcome.cost_usd is None else f"{cost} ({free})"
    if outcome.spent_usd == outcome.cost_usd:
        return cost
    return f"{cost} (of which this run paid {_dollars(outcome.spent_usd)}; the other replies came from the cache)"


def _typed(command: str) -> str:
    """The command as it works from here: outside the virtual environment with the path of its program."""
    program, _, rest = command.partition(" ")
    beside = Path(sys.executable).parent / program
    if shutil.which(program) is not None or not beside.exists():
        return command
    return f"{_short(beside)} {rest}"


def _short(path: Path) -> str:
    """Relative to the working directory when it is below it."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
