"""`wardian refine`: beginning a campaign, or going on with one; what came of it is printed."""

import asyncio
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NoReturn

import orjson
from rich.console import Console

from wardian.base.errors import ConfigError
from wardian.cli.campaign_cost import cost_of
from wardian.cli.campaign_progress import label, marked
from wardian.cli.campaigning import Campaigned, refine
from wardian.cli.closing import check_open
from wardian.cli.refined import check_refined, limiting, spec_of, with_call_budget, with_changed_budget
from wardian.cli.starting import new_run, rejoined
from wardian.environments.packs import bundled_roots, load_packs
from wardian.optimization.campaign.record import CampaignRecord
from wardian.reports.campaigns.kept import kept
from wardian.reports.campaigns.telling import changes, expenses, told
from wardian.runs.folder import RunFolder
from wardian.runs.forecast import Forecast
from wardian.runs.pausing import Pause
from wardian.runs.purpose import keep_purpose, purpose_of
from wardian.specs.job import JobSpec
from wardian.specs.names import nearest

__all__ = ["print_text", "refine_new", "resume_campaign", "show_campaign"]

OF_RUN: Final = "(budget)"
"""How the budget of a run's calls is named when it is spent; others are an account's."""


def refine_new(job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> NoReturn:
    """Begin a campaign, play it, print what came of it, and exit with its code."""
    champion, budget = check_refined(job), spec_of(job).budget
    if budget.usd is not None or budget.tokens is not None:
        forecast = Forecast.of(job, load_packs(job, bundled_roots()))
        doubt = cost_of(job, spec_of(job), champion.agent, forecast).beside(spec_of(job))
        sys.stderr.write("" if doubt is None else f"wardian: warning: {doubt}\n")
    folder = new_run(with_call_budget(job), environ)
    keep_purpose(folder.store, "refine")
    try:
        _play(folder, folder.job(), environ, as_json=as_json)
    except (ConfigError, ExceptionGroup):
        folder.discard_if_unplayed()
        raise


def resume_campaign(
    folder: RunFolder, overrides: Sequence[str], environ: Mapping[str, str], *, as_json: bool
) -> NoReturn:
    """Go on with a campaign unless it has ended, print what came of it, and exit with its code.

    Args:
        folder: of its run.
        overrides: for what neither its episodes nor its decisions depend on.
        environ: where the keys are.
        as_json: whether JSON is printed.

    Raises:
        ConfigError: when the run is no campaign, or would become another one.
    """
    if purpose_of(folder.store) != "refine":
        raise ConfigError(f"{folder.id}: is no campaign; `wardian resume {folder.argument}` goes on with it")
    check_open(folder)
    record, spec = kept(folder), folder.job().refine
    if not overrides and record is not None and record.stop is not None and record.spec == spec:
        show_campaign(folder, as_json=as_json)
        sys.exit(0)
    job = rejoined(folder, overrides, environ, _same_campaign)
    _play(folder, with_changed_budget(folder.job(), job), environ, as_json=as_json)


def _same_campaign(before: JobSpec, job: JobSpec) -> None:
    if spec_of(job).model_copy(update={"budget": spec_of(before).budget}) != before.refine:
        raise ConfigError("refine: a campaign keeps all but its budget; start a new one for another")


def _play(folder: RunFolder, job: JobSpec, environ: Mapping[str, str], *, as_json: bool) -> NoReturn:
    try:
        played = asyncio.run(refine(folder, job, environ, Console(stderr=True)))
    except KeyboardInterrupt:  # before anything was played, for from then on it is listened to
        sys.stderr.write(f"stopped; go on with: wardian resume {shlex.quote(folder.argument)}\n")
        raise
    _show_outcome(folder, played, as_json=as_json)
    sys.exit(played.exit_code)


def show_campaign(folder: RunFolder, *, as_json: bool) -> None:
    """Print how far a campaign is.

    Raises:
        ConfigError: when the run is none, or nothing is known of it yet.
    """
    record = _known(folder)
    if as_json:
        _print_json(folder, record, {})
        return
    console = Console()
    console.print(label("campaign", f"{record.id}: {record.stage}{marked(folder.job())}"), soft_wrap=True)
    for name, text in told(record):
        console.print(label(name, text), soft_wrap=True)
    _end(folder, record, console)


def _known(folder: RunFolder) -> CampaignRecord:
    record = kept(folder)
    if record is None:
        known = purpose_of(folder.store) == "refine"
        raise ConfigError(f"{folder.id}: {'has not begun yet' if known else 'is no campaign'}")
    return record


def _show_outcome(folder: RunFolder, played: Campaigned, *, as_json: bool) -> None:
    outcome, record = played.outcome, played.record
    more = _more(folder.job(), outcome.paused)
    if outcome.pause_line is not None:
        sys.stderr.write(f"paused: {outcome.pause_line}{more}\n")
    if as_json:
        tracked = played.tracked.model_dump(mode="json")
        _print_json(folder, record, {"exit_code": played.exit_code, "tracked": tracked})
        return
    console = Console()
    if record is not None:
        _end(folder, record, console)
    if played.tracked.open_with is not None:
        console.print(label("mlflow", played.tracked.open_with), soft_wrap=True)
    for line in (*played.tracked.notes, *filter(None, [played.tracked.problem])):
        console.print(label("mlflow", line), soft_wrap=True)
    if played.exit_code:
        console.print(label("resume", f"wardian resume {outcome.argument}{more}"), soft_wrap=True)


def _more(job: JobSpec, pause: Pause | None) -> str:
    """What to type behind `wardian resume RUN` after a pause that would come again: a larger budget of its calls."""
    spent = pause is not None and pause.reason == "budget" and OF_RUN in pause.message
    return "".join(f" --set {key}=MORE" for key in limiting(job)) if spent else ""


def _end(folder: RunFolder, record: CampaignRecord, console: Console) -> None:
    """What it cost, the change that was believed, and what to do with it."""
    console.print(label("spent", expenses(record, simulated=folder.job().only_simulated)), soft_wrap=True)
    for line in changes(record):
        console.print(label("", line), soft_wrap=True)
    console.print(label("report", f"wardian view {folder.argument}"), soft_wrap=True)
    for name, command in _uses(folder, record):
        console.print(label(name, command), soft_wrap=True)


def _uses(folder: RunFolder, record: CampaignRecord) -> Iterator[tuple[str, str]]:
    """What to type to use a version that was promoted: only what MLflow has can be moved to there."""
    if record.promoted is None:
        return
    if not folder.job().tracking.enabled:
        before, after = record.original.texts, record.champion.texts
        for component in sorted(name for name in after if after[name] != before.get(name)):
            yield "text", f"wardian refine status {folder.argument} --text {shlex.quote(component)}"
    elif not record.spec.auto_promote:
        yield "promote", f"wardian promote {folder.argument}"


def print_text(folder: RunFolder, component: str) -> None:
    """Print a text of the champion as a campaign has it by now, and nothing else.

    Raises:
        ConfigError: when the run is no campaign, or refines no such component.
    """
    texts = _known(folder).champion.texts
    if component not in texts:
        raise ConfigError(f"--text {component}: {folder.id} has no such text; {nearest(component, texts)}")
    sys.stdout.write(texts[component].rstrip("\n") + "\n")


def _print_json(folder: RunFolder, record: CampaignRecord | None, more: Mapping[str, object]) -> None:
    document = {"run": folder.id, "folder": str(folder.path), "url": folder.elsewhere, **more}
    document["simulated"] = folder.job().simulated
    document["campaign"] = None if record is None else record.model_dump(mode="json")
    sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.buffer.flush()
