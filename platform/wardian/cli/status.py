"""`wardian status`: how a run is doing, read from what its process leaves there once a second."""

import asyncio
import shlex
import sys
from collections.abc import Callable, Iterator
from typing import Final, Literal

import orjson
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from wardian.base.clock import Clock, SystemClock
from wardian.base.frozen import Frozen
from wardian.runs.folder import RunFolder
from wardian.runs.status import LaneStatus, State, Status, read_status

__all__ = ["Seen", "look", "show_status", "watch_status"]

EVERY_S: Final = 1.0
RESTART_S: Final = 120.0
"""So long a cluster may take to start the process of a run again."""
SILENT_S: Final = 5.0
"""After so long without a word somebody looks whether the process is still there."""
COLUMNS: Final = ("lane", "in flight", "waiting", "requests/min", "tokens/min", "429s", "failed", "retries", "state")


class Seen(Frozen):
    """A status as it looks from here and now.

    Args:
        state: as written, or `silent` when its process is there and says nothing, or `lost` when it is gone.
        age_s: seconds since it was written.
        status: what was written.
        argument: what commands take for RUN.
    """

    state: State | Literal["silent", "lost"]
    age_s: float
    status: Status
    argument: str

    @property
    def goes_on(self) -> bool:
        """Whether there may be more to see."""
        return self.state in {"running", "silent"}


def look(folder: RunFolder, clock: Clock) -> Seen:
    """How the run in `folder` is doing.

    Raises:
        ConfigError: when it has not said yet.
    """
    status = read_status(folder.store)
    age_s = max(clock.now() - status.written_at, 0.0)
    state: State | Literal["silent", "lost"] = status.state
    if state == "running" and age_s >= SILENT_S:
        restarts = status.hosted and age_s < RESTART_S
        state = "silent" if restarts or folder.played else "lost"
    return Seen(state=state, age_s=age_s, status=status, argument=shlex.quote(folder.argument))


def show_status(folder: RunFolder, *, as_json: bool, watch: bool) -> None:
    """Print how the run is doing, once or until it ends.

    Raises:
        ConfigError: when it has not said yet.
    """
    clock, console = SystemClock(), Console()
    if as_json:
        asyncio.run(watch_status(lambda: look(folder, clock), _print_json, clock, once=not watch))
    elif watch and console.is_terminal:
        with Live(console=console, auto_refresh=False) as live:
            show = lambda seen: live.update(_view(seen), refresh=True)  # noqa: E731  (one of three ways to show it)
            asyncio.run(watch_status(lambda: look(folder, clock), show, clock, once=False))
    else:
        show = lambda seen: _print(seen, console)  # noqa: E731
        asyncio.run(watch_status(lambda: look(folder, clock), show, clock, once=not watch))


async def watch_status(look: Callable[[], Seen], show: Callable[[Seen], None], clock: Clock, *, once: bool) -> None:
    """Look and show, every second as long as the run goes on."""
    while True:
        seen = look()
        show(seen)
        if once or not seen.goes_on:
            return
        await clock.sleep(EVERY_S)


def _print_json(seen: Seen) -> None:
    document = {**seen.status.model_dump(mode="json"), "state": seen.state, "age_s": seen.age_s}
    sys.stdout.buffer.write(orjson.dumps(document) + b"\n")
    sys.stdout.buffer.flush()


def _print(seen: Seen, console: Console) -> None:
    if console.is_terminal:
        console.print(_view(seen))
        return
    for label, text in (*_lines(seen), *_lane_lines(seen.status)):
        console.print(f"{label:<9}{text}", soft_wrap=True, highlight=False, markup=False)


def _view(seen: Seen) -> RenderableType:
    lines = [Text.assemble((f"{label:<9}", "bold"), text) for label, text in _lines(seen)]
    return Group(*lines, _lane_table(seen.status)) if seen.status.lanes else Group(*lines)


def _lines(seen: Seen) -> Iterator[tuple[str, str]]:
    status = seen.status
    yield "run", f"{status.run}: {_state(seen)}"
    missing = f", {status.missing:,} of them missing" if status.missing else ""
    yield "episodes", f"{status.finished:,} of {status.planned:,} finished{missing}, {status.in_flight:,} in flight"
    if seen.goes_on:
        left = "" if status.eta_s is None else f", about {_span(status.eta_s)} left"
        yield "pace", f"{status.episodes_per_min:,.0f} episodes a minute{left}"
    yield "spent", _spent(status)
    if seen.goes_on:
        for episode in status.oldest:
            yield "oldest", f"{episode.episode} {episode.arm} {episode.task}: {_span(episode.age_s)}"
        for worker in status.workers:
            yield "worker", f"{worker.name} on {worker.host} (pid {worker.pid}): {worker.episodes:,} episodes"


def _state(seen: Seen) -> str:
    status = seen.status
    why = f" ({status.reason})" if status.reason else ""
    if seen.state == "lost":
        return f"lost: its process said nothing for {_span(seen.age_s)} and is gone; `wardian resume {seen.argument}`"
    if seen.state == "silent":
        again = "; if it was lost, the cluster starts it again" if status.hosted else ""
        return f"running{why}, but has said nothing for {_span(seen.age_s)}{again}"
    if seen.state in {"stopped", "paused"}:
        return f"{seen.state}{why} {_span(seen.age_s)} ago; `wardian resume {seen.argument}` plays the rest"
    return f"{seen.state}{why}" + ("" if seen.goes_on else f" {_span(seen.age_s)} ago")


def _spent(status: Status) -> str:
    if status.simulated:
        return "nothing (simulated models)"
    return "unknown (a model has no price)" if status.spent_usd is None else f"${status.spent_usd:,.4f}"


def _lane_lines(status: Status) -> Iterator[tuple[str, str]]:
    for lane in status.lanes:
        cells = [f"{name} {text}" for name, text in zip(COLUMNS[1:-1], _cells(lane)[1:-1], strict=True)]
        yield "lane", f"{lane.lane}: {', '.join((*cells, _condition(lane)))}"


def _lane_table(status: Status) -> Table:
    table = Table(*COLUMNS, box=None, header_style="dim", padding=(0, 2, 0, 0))
    for lane in status.lanes:
        table.add_row(*_cells(lane))
    return table


def _cells(lane: LaneStatus) -> tuple[str, ...]:
    oldest = f" (oldest {_span(lane.oldest_wait_s)})" if lane.waiting else ""
    return (
        lane.lane,
        f"{lane.in_flight:,}",
        f"{lane.waiting:,}{oldest}",
        _of(lane.requests_per_min, lane.allowance.rpm),
        _of(lane.tokens_per_min, lane.allowance.tpm),
        f"{lane.rate_limited:,}",
        f"{lane.failed:,}",
        f"{lane.retries:,}",
        _condition(lane),
    )


def _of(used: float, limit: float | None) -> str:
    return f"{used:,.0f}" if limit is None else f"{used:,.0f} of {limit:,.0f}"


def _condition(lane: LaneStatus) -> str:
    blocked = f", blocked for {_span(lane.allowance.blocked_s)}" if lane.allowance.blocked_s > 0 else ""
    return f"breaker {lane.breaker}{blocked}"


def _span(seconds: float) -> str:
    """A duration for people: two units at most."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
