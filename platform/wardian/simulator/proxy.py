"""A TCP proxy that makes trouble: resets, stalls and drips between a client and a real server."""

import asyncio
from dataclasses import dataclass
from random import Random
from types import TracebackType
from typing import Final, Literal, Self

from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream
from wardian.simulator.linger import end

__all__ = ["Trouble", "TroublePlan", "TroublingProxy"]

CHUNK: Final = 65_536
DRIP_S: Final = 1.0
STALL_S: Final = 3_600.0
Kind = Literal["reset", "stall", "drip"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to one connection once the server has sent `after` bytes."""

    kind: Kind
    after: int


class TroublePlan(Frozen):
    """Which connections get into trouble: a share of them each, drawn from the seed and the connection's number.

    Args:
        reset: the share that ends with a reset.
        stall: the share over which nothing more comes.
        drip: the share that goes on with one byte a second.
        within: trouble begins after at most so many bytes from the server.
        seed: decides which.
    """

    reset: float = 0.0
    stall: float = 0.0
    drip: float = 0.0
    within: int = 1_000
    seed: int = 0

    def trouble(self, number: int) -> Trouble | None:
        """What happens to the connection of this number, None when nothing does."""
        stream: Random = random_stream(self.seed, "proxy", number)
        drawn, after = stream.random(), stream.randrange(self.within)
        kinds: tuple[tuple[Kind, float], ...] = (("reset", self.reset), ("stall", self.stall), ("drip", self.drip))
        for kind, share in kinds:
            if drawn < share:
                return Trouble(kind, after)
            drawn -= share
        return None


class TroublingProxy:
    """Listens on a free port of loopback and passes everything on to `host`:`port`, but for the trouble.

    async with TroublingProxy("127.0.0.1", 8000, TroublePlan(reset=0.05)) as proxy:
        ...  # talk to proxy.url
    """

    def __init__(self, host: str, port: int, plan: TroublePlan) -> None:
        self._target = (host, port)
        self._plan = plan
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()
        self.connections = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self._server is not None  # noqa: S101  (it is only asked for while open)
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cut all connections."""
        assert self._server is not None  # noqa: S101  (opened above)
        self._server.close()
        for task in self._serving:
            task.cancel()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number, self.connections = self.connections, self.connections + 1
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  (a coroutine runs in a task)
        self._serving.add(task)
        try:
            await self._connect(reader, writer, self._plan.trouble(number))
        except OSError:
            writer.transport.abort()  # one of the two sides is gone, which is what this is for
        except asyncio.CancelledError:
            return  # the proxy closes; a cancelled task would end in a traceback of asyncio's streams (before 3.12)
        finally:
            self._serving.discard(task)
            writer.close()

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, trouble: Trouble | None
    ) -> None:
        """Pass on both directions until the server or the trouble has finished."""
        answers, asks = await asyncio.open_connection(*self._target)
        try:
            async with asyncio.TaskGroup() as group:
                there = group.create_task(_pass(reader, asks))
                await _troubled(answers, writer, trouble)
                there.cancel()
        except* OSError:
            writer.transport.abort()
        finally:
            asks.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


async def _troubled(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, trouble: Trouble | None) -> None:
    passed = 0
    while data := await reader.read(CHUNK):
        left = len(data) if trouble is None else min(trouble.after - passed, len(data))
        writer.write(data[:left])
        await writer.drain()
        passed += left
        if trouble is not None and passed == trouble.after:
            await _make(trouble.kind, data[left:], reader, writer)
            return


async def _make(kind: Kind, rest: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if kind == "reset":
        end(writer.transport, "reset")
        return
    if kind == "stall":
        await asyncio.sleep(STALL_S)
    while rest:
        for byte in rest:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(DRIP_S)
        rest = await reader.read(CHUNK)
