"""`wardian run --dry-run`: what a job will take, before it takes anything."""

import sys
from collections.abc import Callable, Iterator
from datetime import date

import orjson
from rich.console import Console
from rich.table import Table

from wardian.cli.wording import amount, counted, dollars, whole
from wardian.environments.packs import bundled_roots, load_packs
from wardian.runs.figures import ArmForecast, Range
from wardian.runs.forecast import Forecast
from wardian.scoring.statistics import Power
from wardian.specs.budget import BudgetSpec
from wardian.specs.job import JobSpec
from wardian.specs.pools import stale_prices

__all__ = ["old_prices", "say_forecast"]

UNKNOWN = "unknown"
WIDTH = 120


def say_forecast(job: JobSpec, *, as_json: bool) -> None:
    """Print what `run` would do."""
    forecast = Forecast.of(job, load_packs(job, bundled_roots()))
    if as_json:
        document = {**forecast.model_dump(mode="json"), "total": forecast.total.model_dump(mode="json")}
        sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
        return
    sys.stdout.write("\n".join(_lines(forecast, job.tries)) + "\n")
    if len(forecast.asking) > 1:
        _show_arms(forecast)
    sys.stdout.write("".join(f"{line}\n" for line in _notes(forecast, job)))


def old_prices(job: JobSpec) -> str | None:
    """One line about prices that were looked up long ago; None when there are none."""
    days = {name: place.spec.price.as_of for name, place in job.deployments.items() if place.spec.price is not None}
    return stale_prices(days, date.today())


def _lines(forecast: Forecast, repeats: int) -> Iterator[str]:
    episodes, tasks = counted(forecast.episodes, "episode"), counted(forecast.tasks, "task")
    yield f"{forecast.job}: {episodes} = {tasks} x {counted(forecast.arms, 'arm')} x {counted(repeats, 'repeat')}"
    total = forecast.total
    yield f"model calls: {_said(total.calls, whole)}"
    if forecast.asking:
        yield f"tokens read: {_said(total.input_tokens, amount)}"
        yield f"tokens written: {_said(total.output_tokens, amount)}"
    yield f"cost: {_cost(forecast)}"
    yield f"power: {_power(forecast.power)}"


def _power(power: Power) -> str:
    """What the result will be able to say."""
    size = f"{counted(power.tasks, 'task')} x {counted(power.repeats, 'repeat')}"
    wished = f"{100 * power.wished:.0f} points need {counted(power.needed, 'task')} x {power.repeats}"
    if power.visible >= 1:
        return f"{size} are too few to show that one arm is better; {wished}"
    return (
        f"{size} show differences of {100 * power.visible:.0f} points of success; {wished} (80 % power, typical tasks)"
    )


def _cost(forecast: Forecast) -> str:
    if forecast.replayed:
        return "nothing, all answers come out of the reply cache"
    if forecast.simulated:
        return "nothing is spent on simulated models"
    if not forecast.asking:
        return f"{UNKNOWN}, what is asked cannot be estimated" if forecast.unestimated else "nothing, no model is asked"
    if forecast.unpriced or forecast.total.usd is None:
        return f"unknown, there is no price for {', '.join(forecast.unpriced)}"
    return _said(forecast.total.usd, dollars)


def _said(figure: Range, say: Callable[[float], str]) -> str:
    most = "max unknown" if figure.most is None else f"{say(figure.most)} max"
    return f"{say(figure.low)} low, {say(figure.expected)} expected, {most}"


def _show_arms(forecast: Forecast) -> None:
    table = Table("arm (low / expected / max)", "calls", "tokens read", "tokens written", "cost", box=None)
    for arm in forecast.asking:
        table.add_row(*_row(arm))
    Console(width=WIDTH, soft_wrap=True).print(table)


def _row(arm: ArmForecast) -> tuple[str, ...]:
    tokens = (_short(figure, amount) for figure in (arm.input_tokens, arm.output_tokens))
    return arm.arm, _short(arm.calls, whole), *tokens, _arms_cost(arm.usd)


def _arms_cost(usd: Range | None) -> str:
    if usd is None:
        return UNKNOWN
    return _short(usd, dollars) if usd.expected else "nothing"


def _short(figure: Range, say: Callable[[float], str]) -> str:
    most = UNKNOWN if figure.most is None else say(figure.most)
    return f"{say(figure.low)} / {say(figure.expected)} / {most}"


def _notes(forecast: Forecast, job: JobSpec) -> Iterator[str]:
    """What the figures stand on, and what else is worth knowing before money is spent."""
    if forecast.asking:
        limit = f"limits.turns ({job.limits.turns}) used up, each answer as long as it may be"
        together = job.limits.output_tokens
        limit += "" if together is None else f", limits.output_tokens ({together:,}) reached"
        yield f"max: {limit}, tools at their most talkative; no repetitions"
    if forecast.asking and forecast.total.input_tokens.most is None:
        yield "max unknown: sampling.max_tokens of who asks, or max_output_tokens of the model, would bound it"
    if forecast.unestimated:
        names = ", ".join(forecast.unestimated)
        yield f"not estimated: {names}, for an agent of your own asks its model as often as it likes"
    for key, budget in job.budgets.items():
        yield f"{key}: {_beside(budget, forecast)}"
    if (stale := old_prices(job)) is not None:
        yield stale


def _beside(budget: BudgetSpec, forecast: Forecast) -> str:
    """The budget, and whether the max fits into it."""
    total = forecast.total
    tokens = total.input_tokens + total.output_tokens
    caps = [(budget.usd, total.usd), (budget.tokens, tokens), (budget.requests, total.calls)]
    said = [
        None if budget.usd is None else dollars(budget.usd),
        None if budget.tokens is None else f"{budget.tokens:,} tokens",
        None if budget.requests is None else f"{budget.requests:,} requests",
    ]
    over = any(cap is not None and not _fits(figure, cap) for cap, figure in caps)
    verdict = "the max exceeds it: the run may pause" if over else "the max fits"
    if forecast.unestimated and not over:
        verdict += ", without what is not estimated"
    return f"{', '.join(filter(None, said))}; {verdict}"


def _fits(figure: Range | None, cap: float) -> bool:
    return figure is not None and figure.most is not None and figure.most <= cap
