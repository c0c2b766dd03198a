"""`wardian envs serve`: a pack for agents outside."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from pydantic import PositiveFloat, PositiveInt, ValidationError

from wardian.base.errors import ConfigError, Failure
from wardian.base.frozen import Frozen
from wardian.environments.pack import Pack
from wardian.episodes.single import card_of
from wardian.scoring.score import Scored
from wardian.serving.entrance import served
from wardian.serving.hosts import LOOPBACK
from wardian.serving.house import House, Rules
from wardian.simulator.serve import listen, serve_until_ended
from wardian.specs.names import nearest

__all__ = ["Serving", "read_serving", "serve_pack"]

RULES: Final = ("host", "seed", "sessions", "idle_s", "record")


class Serving(Frozen):
    """How to serve: the options of `wardian envs serve`.

    Args:
        task: of a session that names none; by default the first.
        seed: of a session that names none.
        host: the address to listen on.
        port: 0 takes a free one.
        sessions: how many at once.
        idle_s: seconds without a request after which one is ended.
        record: a file for the records, a line of JSON each.
    """

    task: str | None = None
    seed: int = 0
    host: str = "127.0.0.1"
    port: int = 0
    sessions: PositiveInt = 256
    idle_s: PositiveFloat = 600.0
    record: Path | None = None


def read_serving(task: str | None, port: int, rules: Sequence[str]) -> Serving:
    """The options, with `rules` as KEY=VALUE.

    Raises:
        ConfigError: when there is no such rule, or its value is none.
    """
    given = dict(rule.partition("=")[::2] for rule in rules)
    for name in given:
        if name not in RULES:
            raise ConfigError(f"--rule {name}: {nearest(name, RULES)}")
    try:
        return Serving.model_validate({"task": task, "port": port, **given})
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(f"--rule {first['loc'][0]}={first['input']}: {first['msg']}") from None


def _say(failure: Failure) -> None:
    sys.stderr.write(f"wardian: {failure.message}\n")


def serve_pack(pack: Pack, serving: Serving, *, mcp: bool) -> None:
    """Serve until interrupted; over MCP until stdin ends.

    Raises:
        ConfigError: when there is no such task, the address cannot be had, or the record not written.
    """
    card_of(pack, serving.task)
    rules = Rules(sessions=serving.sessions, idle_s=serving.idle_s)
    with _recorder(serving.record) as keep:
        house = House(pack, rules, keep, lost=_say)
        asyncio.run(_over_stdio(house, serving) if mcp else _over_http(house, serving))


async def _over_http(house: House, serving: Serving) -> None:
    hosts = LOOPBACK if serving.host in LOOPBACK else ()
    async with served(house, hosts, task=serving.task, seed=serving.seed) as app:
        try:
            await serve_until_ended(app, listen(serving.host, serving.port))
        except OSError as error:
            raise ConfigError(f"--port {serving.port}: {os.strerror(error.errno or 0)}") from error


async def _over_stdio(house: House, serving: Serving) -> None:
    try:
        from wardian.serving.mcp_stage import serve_over_stdio
    except ImportError as error:
        raise ConfigError(f"--mcp needs the package '{error.name}': pip install 'wardian[mcp]'") from error
    async with house.open_doors():
        session, _ = await house.open(serving.task, serving.seed)
        await serve_over_stdio(session)


@contextmanager
def _recorder(path: Path | None) -> Iterator[Callable[[Scored], object]]:
    """Writes each record as a line of JSON, at once."""
    if path is None:
        yield str
        return
    try:
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--rule record={path}: {error.strerror}") from error
    with file:
        yield lambda scored: print(scored.model_dump_json(), file=file, flush=True)
