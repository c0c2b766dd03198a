"""One run, played to its end whatever happens to it on the way."""

import asyncio
import sys
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from random import Random
from typing import Final

from wardian.base.clock import Clock
from wardian.base.errors import InfraError
from wardian.cluster.chaos.arena import Arena
from wardian.cluster.chaos.hands import Hands
from wardian.cluster.chaos.providers import Providers
from wardian.runs.chaos.plan import Fault
from wardian.runs.chaos.verdict import STOOD_STILL, Struck
from wardian.runs.folder import RunFolder
from wardian.specs.job import RayExecutorSpec

__all__ = ["Trial"]

GLANCE_S: Final = 0.05
LOG: Final = "chaos.log"
INCOMPLETE: Final = 3
"""The code of a run that can go on."""
STUMBLES: Final = 10
"""So often a run that has ended without all its results is resumed, as an operator would."""
STILL_S: Final = 300.0
"""A run in which nothing is asked for so long will not go on by itself."""
LEASES: Final = 1.5
"""So many of them a worker is frozen for."""


class Trial:
    """A run, and the faults that it shall meet.

    Args:
        folder: of the run, which nobody has played yet.
        spec: how its job is executed.
        arena: where.
        providers: whom its models ask.
        clock: the time.
        say: takes a line about what happens.
    """

    def __init__(
        self,
        folder: RunFolder,
        spec: RayExecutorSpec,
        arena: Arena,
        providers: Providers,
        clock: Clock,
        say: Callable[[str], object],
    ) -> None:
        self._folder = folder
        self._spec = spec
        self._arena = arena
        self._providers = providers
        self._clock = clock
        self._say = say
        self._hands = Hands(folder.id)
        self._stumbles = 0
        self._awake_at = 0.0
        self._command: asyncio.subprocess.Process | None = None
        self.struck: list[Struck] = []
        self.code = 0
        self.wall_s = 0.0

    async def play(self, faults: Iterable[Fault], chance: Random) -> None:
        """Play, and strike as planned; `chance` chooses among victims.

        Raises:
            InfraError: when the run ends with a code after which nobody would resume it.
        """
        began = self._clock.monotonic()
        try:
            await self._hands.prepare()
            await self._resume()
            await self._struck_down(deque(faults), chance)
            self.wall_s = self._clock.monotonic() - began
        finally:
            await self._leave()
        await self._clock.sleep(max(self._awake_at - self._clock.monotonic(), 0.0))

    async def _struck_down(self, faults: deque[Fault], chance: Random) -> None:
        asked, since = 0, self._clock.monotonic()
        while not await self._over():
            calls = await self._providers.calls()
            if faults and calls >= faults[0].at and await self._strike(faults[0], chance):
                faults.popleft()
            if calls > asked:
                asked, since = calls, self._clock.monotonic()
            elif self._clock.monotonic() > since + STILL_S:
                self.code = STOOD_STILL
                return
            await self._clock.sleep(GLANCE_S)

    async def _over(self) -> bool:
        """Whether the run is complete; a command that has ended before that is typed again."""
        assert self._command is not None, "it was typed before"  # noqa: S101
        code = self._command.returncode
        if code is None:
            return False
        self.code = code
        if code == 0 or self._stumbles >= STUMBLES:
            return True
        if code != INCOMPLETE:
            raise InfraError(f"{self._folder.id} ended with code {code}: {self._last_words()}")
        self._say(f"the run has ended with code {code} and is resumed: {self._last_words()}")
        self._stumbles += 1
        await self._resume()
        return False

    async def _resume(self) -> None:
        address = f"executor.address={self._arena.address}"
        words = ["-m", "wardian", "resume", str(self._folder.path), "--set", address, "--json"]
        with open(self._folder.logs / LOG, "ab") as log:  # noqa: ASYNC230  (a local file, opened once)
            nothing = asyncio.subprocess.DEVNULL
            self._command = await asyncio.create_subprocess_exec(
                sys.executable, *words, stdin=nothing, stdout=nothing, stderr=log
            )

    async def _strike(self, fault: Fault, chance: Random) -> bool:
        """Whether it could be done by now."""
        calls, began = await self._providers.calls(), self._clock.now()
        victim = await self._hit(fault, chance)
        if victim is None:
            return False
        blow = Struck(fault=fault, calls=calls, victim=victim, began_at=began, ended_at=self._clock.now())
        self.struck.append(blow)
        self._say(f"call {calls:,}: {fault.kind}, {victim}")
        if fault.loss == "all workers":
            await self._arena.replace_head()
            self._hands = Hands(self._folder.id)
            await self._hands.prepare()
            await self._resume()
        return True

    async def _hit(self, fault: Fault, chance: Random) -> str | None:
        """Strike; the victim's name, None when none was there."""
        if fault.kind == "raylet" or fault.kind == "gcs":
            await self._end_command()  # it would wait a minute for a cluster that is no more
            await self._arena.lose_head(fault.kind)
            return self._arena.address
        victim = await self._hands.find("worker" if fault.kind == "freeze" else fault.kind, chance)
        if victim is None:
            return None
        if fault.kind != "freeze":
            return victim.name if await self._hands.kill(victim) else None
        seconds = LEASES * self._spec.lease_s
        self._awake_at = self._clock.monotonic() + seconds
        return victim.name if await self._hands.freeze(victim, seconds) else None

    async def _leave(self) -> None:
        """Leave nothing behind that goes on."""
        if self._command is not None and self._command.returncode is None:
            self._folder.ask_to_stop("cancel")
            await self._end_command()

    async def _end_command(self) -> None:
        if self._command is not None:
            with suppress(ProcessLookupError):
                self._command.kill()
            await self._command.wait()

    def _last_words(self) -> str:
        said = (self._folder.logs / LOG).read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return said[-1] if said else "it said nothing"
