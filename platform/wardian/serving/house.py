"""All sessions of a pack that is served: how many, for how long, and what remains of them."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from http import HTTPStatus
from itertools import count
from typing import Final

from wardian.base.clock import Clock, SystemClock
from wardian.base.errors import ConfigError, Failure, boundary
from wardian.base.frozen import Frozen
from wardian.base.watchdog import Watchdog
from wardian.environments.pack import Pack
from wardian.episodes.driven import DrivenEpisode, Step
from wardian.episodes.record import AgentRef, EpisodeSpec, Stop
from wardian.episodes.single import single_episode
from wardian.runs.supervision import Supervision
from wardian.scoring.score import Scored
from wardian.scoring.trajectory import TrajectoryScorer
from wardian.serving.refusal import Refused
from wardian.serving.session import Session
from wardian.specs.job import Limits

__all__ = ["House", "Rules"]

LOOK_S: Final = 1.0
NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class Rules(Frozen):
    """What callers may do.

    Args:
        sessions: how many at once.
        idle_s: seconds without a request after which a session is ended.
        limits: of its episodes.
    """

    sessions: int = 256
    idle_s: float = 600.0
    limits: Limits = Limits(turns=200, tool_errors=50, wall_s=None)


def _nobody(failure: Failure) -> None:
    """Nobody is told."""


class House:
    """Opens, finds and closes the sessions of one pack.

    Args:
        pack: what is played.
        rules: how much of it.
        keep: given the record of each session when it is closed.
        lost: told why an idle session could not be closed in order.
        clock: tells how long a session has been idle.
    """

    def __init__(
        self,
        pack: Pack,
        rules: Rules,
        keep: Callable[[Scored], object] = str,
        clock: Clock | None = None,
        lost: Callable[[Failure], None] = _nobody,
    ) -> None:
        self.pack = pack
        self._rules = rules
        self._keep = keep
        self._lost = lost
        self._clock = clock or SystemClock()
        self._sessions: dict[str, Session] = {}
        self._used: dict[str, float] = {}
        self._numbers = count(1)
        self._watchdog = Watchdog()
        self._supervision = Supervision(self._watchdog, rules.limits, TrajectoryScorer())

    @asynccontextmanager
    async def open_doors(self) -> AsyncIterator["House"]:
        """For the time of the block, calls that hang are ended, and so are idle sessions; in the end, all are."""
        with self._watchdog.watching():
            async with asyncio.TaskGroup() as group:
                porter = group.create_task(self._look_after())
                try:
                    yield self
                finally:
                    porter.cancel()
                    for name in tuple(self._sessions):
                        await self.close(name)

    async def open(
        self, task: str | None = None, seed: int = 0, agent: str = "outside", name: str | None = None
    ) -> tuple[Session, Step]:
        """A new session, by default of the first task and with a name of its own, and what its agent hears first.

        Raises:
            Refused: when there is no such task, the name cannot be had, or there are too many sessions.
        """
        name = self._free_name(name)
        try:
            spec = single_episode(self.pack, task, AgentRef(name=agent, digest=""), seed)
        except ConfigError as error:
            raise Refused("unknown_task", str(error)) from None
        session = self._let_in(name, self._episode(spec))
        return session, await session.open()

    async def fork(self, session: Session, snapshot: str | None = None) -> Session:
        """A new session that goes on from where `session` is, or was.

        Raises:
            Refused: when there is no such snapshot, or there are too many sessions.
        """
        state = session.now() if snapshot is None else session.kept(snapshot)
        copy = self._let_in(self._free_name(None), self._episode(session.episode.spec))
        copy.episode.restore(state)
        return copy

    def session(self, name: str) -> Session:
        """The session `name`, which is not idle from now on.

        Raises:
            Refused: when there is none.
        """
        if name not in self._sessions:
            raise Refused("unknown_session", f"there is no session '{name[:64]}'", HTTPStatus.NOT_FOUND)
        self._used[name] = self._clock.monotonic()
        return self._sessions[name]

    def has(self, name: str) -> bool:
        """Whether there is such a session."""
        return name in self._sessions

    async def close(self, name: str, stop: Stop = "finished") -> Scored:
        """End a session; its record with findings and scores.

        Raises:
            Refused: when there is none.
        """
        session = self.session(name)
        del self._sessions[name], self._used[name]
        scored = await self._supervision.scored(await session.close(stop))
        self._keep(scored)
        return scored

    async def _look_after(self) -> None:
        while True:
            await self._clock.sleep(min(LOOK_S, self._rules.idle_s))
            now = self._clock.monotonic()
            for name in [name for name, used in self._used.items() if now - used >= self._rules.idle_s]:
                # Somebody may close it meanwhile, and what cannot be kept must not take the others along.
                with boundary(self._lost), suppress(Refused):
                    await self.close(name, "time_limit")

    def _episode(self, spec: EpisodeSpec) -> DrivenEpisode:
        # Two sessions may play the same episode, and the watchdog must tell them apart: one may hang.
        watched = spec.model_copy(update={"repeat": next(self._numbers)})
        make = self._supervision.environment(watched, partial(self.pack.environment, spec.task.id))
        return DrivenEpisode(spec, make, self._rules.limits, self._clock)

    def _free_name(self, name: str | None) -> str:
        if len(self._sessions) >= self._rules.sessions:
            message = f"there are {self._rules.sessions} sessions; close one first"
            raise Refused("too_many_sessions", message, HTTPStatus.TOO_MANY_REQUESTS)
        if name is None:
            return secrets.token_hex(8)
        if not NAME.fullmatch(name):
            raise Refused("invalid_name", "a session's name has 1 to 64 letters, digits, dots, dashes and underscores")
        if name in self._sessions:
            raise Refused("name_taken", f"there is a session '{name}' already", HTTPStatus.CONFLICT)
        return name

    def _let_in(self, name: str, episode: DrivenEpisode) -> Session:
        session = self._sessions[name] = Session(name, episode)
        self._used[name] = self._clock.monotonic()
        return session
