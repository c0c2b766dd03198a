"""Other clients under the same rate limit as ours: real time, real HTTP, one after the other."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from contestants import installed
from goals import Goal
from limited_provider import Terms
from rich.console import Console
from rich.table import Table
from servers import running, told

__all__ = ["peers"]

AGENTS, A_FILE = 400, 6_000
CROWDS = {
    **dict.fromkeys(("wardian", "openai", "litellm", "inspect-ai", "tenacity"), (AGENTS,)),
    "cookbook": (AGENTS, A_FILE),
}
"""How many calls are there at once; the cookbook's way is meant for a file of them."""


def peers(venvs: Path, *, seconds: float, quiet: bool) -> list[Goal]:
    """Each client in turn: agents that ask again and again, for `seconds` each."""
    results = asyncio.run(_results(venvs, seconds))
    if not quiet:
        _show(results)
    return [goal for name, result in results.items() for goal in _goals(name, result)]


async def _results(venvs: Path, seconds: float) -> dict[str, dict[str, Any]]:
    terms, results = Terms(), {}
    load = {"seconds": seconds, "rpm": int(terms.rpm), "tpm": int(terms.tpm)}
    async with running("limited") as url:
        for name, contestant, python in installed(CROWDS, venvs):
            for agents in CROWDS[name]:
                place = f"{url}/{name}-{agents}"
                measured = await contestant.measured(python, "crowd", f"{place}/v1", connections=agents, **load)
                label = f"{name} {measured['version']}" if contestant.packages else name
                label += "" if agents == AGENTS else f", {agents:,} calls at once"
                results[label] = {**measured, **await told(f"{place}/figures")}
    return results


def _shares(result: Mapping[str, Any]) -> tuple[float, float, float]:
    """Per cent of the limit used, of the requests refused, of the calls lost."""
    requests, calls = result["refused"] + result["answered"], result["answered"] + result["lost"]
    return result["used"], 100 * result["refused"] / requests, 100 * result["lost"] / calls


def _goals(name: str, result: Mapping[str, Any]) -> Iterator[Goal]:
    ours = name == "wardian"
    used, refused, lost = _shares(result)
    yield Goal(f"real time, {name}: limit used", used, "%", 99.0 if ours else None, "at least")
    yield Goal(f"real time, {name}: 429s among all requests", refused, "%", 0.1 if ours else None)
    yield Goal(f"real time, {name}: calls lost", lost, "%", 0.0 if ours else None)


def _show(results: Mapping[str, Mapping[str, Any]]) -> None:
    table = Table("client, in real time", "limit used", "429s", "calls lost", "of a core", "errors")
    for name, result in results.items():
        shares = [f"{share:.3g} %" for share in _shares(result)]
        table.add_row(name, *shares, f"{100 * result['cores']:.0f} %", ", ".join(result["errors"]))
    Console(width=120).print(table)
