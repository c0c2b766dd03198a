"""What a tracker is told: the run before its first episode, and its numbers afterwards."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from wardian import __version__
from wardian.base.clock import Clock
from wardian.base.dollars import total_usd
from wardian.cli.report_page import KEPT
from wardian.cli.results import Outcome
from wardian.reports.markdown import leaderboard_markdown
from wardian.reports.standings import Standing
from wardian.runs.folder import RunFolder
from wardian.runs.plan import Plan
from wardian.scoring.statistics import Estimate
from wardian.specs.job import JobSpec
from wardian.specs.secrets import tracking_uri
from wardian.tracking.outbox import ENTRIES, RECEIPT, Outbox
from wardian.tracking.sample import SampledTrace
from wardian.tracking.summary import ArmFigures, Figure, RunCard, RunStatus, RunSummary
from wardian.tracking.tracker import NoTracker, Tracker, default_uri

__all__ = ["fetch_artifacts", "fetch_outbox", "open_tracker", "run_card", "run_summary", "store_uri"]


def store_uri(job: JobSpec, output: Path, environ: Mapping[str, str]) -> str:
    """The MLflow store of the runs in `output`."""
    return tracking_uri(job.tracking, environ) or default_uri(output)


def open_tracker(job: JobSpec, output: Path, clock: Clock, environ: Mapping[str, str]) -> Tracker:
    """The tracker that the job asks for; MLflow is imported in its own thread, while episodes already run."""
    if not job.tracking.enabled:
        return NoTracker()
    from wardian.tracking.mlflow_tracker import MlflowTracker

    return MlflowTracker(store_uri(job, output, environ), clock)


def fetch_outbox(folder: RunFolder) -> bool:
    """Have the outbox of a run in a bucket here, as its last process left it there; for who delivers it from now on.

    One that is here and goes on from that stays: its process could not leave it there.

    Returns:
        Whether it was fetched.
    """
    entries = None if folder.elsewhere is None else folder.store.get(ENTRIES)
    here = folder.path / ENTRIES
    if entries is None or (here.exists() and here.read_bytes().startswith(entries)):
        return False
    here.parent.mkdir(parents=True, exist_ok=True)
    here.write_bytes(entries)
    (folder.path / RECEIPT).write_bytes(folder.store.get(RECEIPT) or b"{}")
    return True


def fetch_artifacts(folder: RunFolder, outbox: Outbox, *, anew: bool) -> None:
    """Have the files here that the run in a bucket ended with; `anew`: also those that are here from before."""
    for name in outbox.artifacts if folder.elsewhere is not None else ():
        here = folder.path / name
        if (anew or not here.exists()) and (data := folder.store.get(name.as_posix())) is not None:
            here.parent.mkdir(parents=True, exist_ok=True)
            here.write_bytes(data)


def run_card(folder: RunFolder, plan: Plan) -> RunCard:
    """The run before its first episode."""
    return RunCard(
        run_id=folder.id,
        folder=folder.path,
        url=folder.elsewhere,
        job=folder.job(),
        arms=plan.agents,
        environments=plan.environments,
        episodes=len(plan),
        code_version=__version__,
    )


def run_summary(outcome: Outcome, status: RunStatus, traces: Sequence[SampledTrace] = ()) -> RunSummary:
    """The run after its last episode."""
    names = (KEPT, "leaderboard.md", "leaderboard.json", "job.json", "sweep.md", "sweep.json")
    files = (*(outcome.folder / name for name in names), *sorted(outcome.folder.glob("tables/*.parquet")))
    return RunSummary(
        status=status,
        figures=_of_the_run(outcome),
        arms=tuple(ArmFigures(arm=arm.arm, figures=_figures(arm)) for arm in outcome.standings.arms),
        note=f"All episodes: `wardian view {outcome.argument}`\n\n{leaderboard_markdown(outcome.standings)}",
        artifacts=tuple(path for path in files if path.exists()),
        traces=tuple(traces),
    )


def _of_the_run(outcome: Outcome) -> tuple[Figure, ...]:
    best = next((arm.success for arm in outcome.standings.arms if arm.success), None)
    figures = [Figure(name="missing", value=outcome.missing)]
    if best is not None:
        figures.append(_figure("best_success", best))
    return (*figures, *_money(outcome.standings.arms))


def _figures(arm: Standing) -> tuple[Figure, ...]:
    figures = [Figure(name=mean.metric, value=mean.estimate.value) for mean in (*arm.metrics, *arm.inclusion)]
    if arm.success is not None:
        figures.insert(0, _figure("success", arm.success))
    figures += [_figure(f"pass_hat_{point.k}", point.all_of) for point in arm.reliability if point.k > 1]
    figures.append(Figure(name="episodes", value=arm.episodes))
    figures.append(Figure(name="missing", value=sum(missing.episodes for missing in arm.missing)))
    return (*figures, *_money((arm,)))


def _money(arms: Sequence[Standing]) -> tuple[Figure, ...]:
    """What is known of it; answers out of the reply cache and of simulators cost something, but nobody has paid it."""
    cost = total_usd(arm.cost_usd for arm in arms)
    spent = total_usd(arm.spent_usd for arm in arms if not arm.simulated)
    known = (("total_cost_usd", cost), ("total_spent_usd", spent))
    return tuple(Figure(name=name, value=dollars) for name, dollars in known if dollars is not None)


def _figure(name: str, estimate: Estimate) -> Figure:
    return Figure(name=name, value=estimate.value, low=estimate.low, high=estimate.high)
