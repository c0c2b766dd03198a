"""When to pause a run: what no further call can mend stops it before anything is marked as failed."""

import asyncio
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final, Literal

from wardian.base.errors import Failure
from wardian.base.frozen import Frozen
from wardian.episodes.record import EpisodeSpec
from wardian.runs.executor import Deliver, Executor
from wardian.scoring.score import Scored

__all__ = ["Pause", "PauseReason", "PausingExecutor"]

PauseReason = Literal["quota", "auth", "budget", "config", "rate_limit", "outage", "disk", "deadline"]

REASONS: Final[dict[str, PauseReason]] = {
    "quota_exhausted": "quota",
    "auth": "auth",
    "budget": "budget",
    "not_found": "config",
    "bad_request": "config",
    "too_large": "config",
    "disk": "disk",
    "rate_limited": "rate_limit",
}
"""By the kind of the error; every other kind is an outage."""
WORDS: Final[dict[PauseReason, str]] = {
    "quota": "out of credit or quota",
    "auth": "the key is refused",
    "budget": "the budget is reached",
    "config": "looks like a config error",
    "rate_limit": "the provider wants to be left alone for long",
    "outage": "the provider does not recover",
    "disk": "the disk takes nothing more",
    "deadline": "the time is over",
}

GRACE_S: Final = 1.0
"""For results that are on their way. With a budget there is no hurry: no call in flight can exceed it."""
GLANCE_S: Final = 0.01
MOST_HELD: Final = 1_000
CHARACTERS: Final = 300


class Pause(Frozen):
    """Why a run was paused: what is wrong with which model, and the provider's words, redacted, on one line.

    No model has anything to do with a `deadline`.
    """

    reason: PauseReason
    model: str
    message: str

    @classmethod
    def of(cls, failure: Failure, model: str) -> "Pause":
        """The pause that `failure` of an episode with `model` leads to."""
        message = " ".join(failure.message.split())[:CHARACTERS]
        return cls(reason=REASONS.get(failure.kind, "outage"), model=model, message=message)

    @classmethod
    def at_deadline(cls, job_s: float) -> "Pause":
        """The pause of a run that has had its time."""
        return cls(reason="deadline", model="", message=f"{job_s:g} s (limits.job_s)")

    @property
    def line(self) -> str:
        """What happened, where, and the provider's words."""
        if not self.model:
            return f"{WORDS[self.reason]}: {self.message}"
        named = f"'{self.model}'"
        return f"{WORDS[self.reason]}: {self.message if named in self.message else f'{named}: {self.message}'}"


class PausingExecutor:
    """Plays on `inner` until a failure comes that all further episodes would share; then `pause` says so.

    From that moment no episode begins, what is in flight is ended soon, and no failure is delivered. Failures that a
    provider is to blame for are held back before, until an answer of the same model shows that others fared better:
    resume would play them again anyway, so that nothing is lost with them.

    Args:
        inner: who plays.
        fresh: whether the run has no results yet. Then a model that gives nothing but the same kind of refusal to all
            its episodes, however few, is taken for a mistake in the config.
        job_s: seconds after which the run pauses, whatever happens; None for never.
    """

    def __init__(self, inner: Executor, *, fresh: bool, job_s: float | None = None) -> None:
        self.pause: Pause | None = None
        self._inner = inner
        self._fresh = fresh
        self._job_s = job_s
        self._held: dict[str, list[Scored]] = {}
        self._answered: set[str] = set()
        self._turn = asyncio.Lock()
        self._cut: asyncio.TimerHandle | None = None

    async def play_all(self, specs: Iterable[EpisodeSpec], deliver: Deliver) -> None:
        """Deliver what is worth keeping, up to the pause if there is one."""
        scope = asyncio.timeout(None)
        deadline = self._end_in_time(scope)
        try:
            async with scope:
                await self._inner.play_all(self._until_paused(specs), partial(self._receive, deliver, scope))
        except TimeoutError:
            if not scope.expired():
                raise
        finally:
            for timer in (self._cut, deadline):
                if timer is not None:
                    timer.cancel()
        await self._settle(deliver)

    @property
    def why(self) -> str | None:
        """The pause in a line, None when there is none."""
        return self.pause.line if self.pause else None

    def _until_paused(self, specs: Iterable[EpisodeSpec]) -> Iterator[EpisodeSpec]:
        for spec in specs:
            if self.pause is not None:
                return
            yield spec

    async def _receive(self, deliver: Deliver, scope: asyncio.Timeout, scored: Scored) -> None:
        """One at a time: the cut must not fall into a delivery, or some sinks would have a result and others not."""
        async with self._turn:
            model, failure = scored.episode.spec.agent.model, _failure(scored)
            if failure is None:
                await self._release(model, _last_sent(scored), deliver)
                await deliver(scored)
            elif failure.lasting:
                self._stop(Pause.of(failure, model), scope)
            elif self.pause is None:
                await self._hold(scored, failure, deliver)

    async def _release(self, model: str, sent_at: float, deliver: Deliver) -> None:
        """The model has answered what was sent at `sent_at`: what failed before was not its end."""
        self._answered.add(model)
        held = self._held.pop(model, [])
        self._held[model] = [scored for scored in held if _ended(scored) > sent_at]
        for scored in held:
            if _ended(scored) <= sent_at:
                await deliver(scored)

    async def _hold(self, scored: Scored, failure: Failure, deliver: Deliver) -> None:
        held = self._held.setdefault(scored.episode.spec.agent.model, [])
        if failure.cause == "provider" and len(held) < MOST_HELD:
            held.append(scored)
        else:
            await deliver(scored)

    def _end_in_time(self, scope: asyncio.Timeout) -> asyncio.TimerHandle | None:
        if self._job_s is None:
            return None
        loop, pause = asyncio.get_running_loop(), Pause.at_deadline(self._job_s)
        return loop.call_later(self._job_s, self._stop, pause, scope)

    def _stop(self, pause: Pause, scope: asyncio.Timeout) -> None:
        if self.pause is None:
            self.pause = pause
            if pause.reason != "budget":
                loop = asyncio.get_running_loop()
                self._cut = loop.call_later(GRACE_S, self._cut_short, scope)

    def _cut_short(self, scope: asyncio.Timeout) -> None:
        loop = asyncio.get_running_loop()
        if self._turn.locked():
            self._cut = loop.call_later(GLANCE_S, self._cut_short, scope)
        else:
            scope.reschedule(loop.time())

    async def _settle(self, deliver: Deliver) -> None:
        """All is played: what is still held back are failures like others, unless they are the config's."""
        for model, held in self._held.items():
            failures = [failure for scored in held if (failure := _failure(scored)) is not None]
            if self._fresh and model not in self._answered and _of_the_config(failures):
                self.pause = self.pause or Pause.of(failures[0], model)
        if self.pause is None:
            for scored in (scored for held in self._held.values() for scored in held):
                await deliver(scored)


def _failure(scored: Scored) -> Failure | None:
    """What keeps the result from counting; a scorer's failure does so only if all other scores would share it."""
    if scored.episode.missing:
        return scored.episode.failure
    return scored.failure if scored.failure is not None and scored.failure.lasting else None


def _last_sent(scored: Scored) -> float:
    """When the last call was sent that was answered, in seconds since the epoch."""
    episode = scored.episode
    return episode.started_at + max((asked.at_s for asked in episode.asked), default=0.0)


def _ended(scored: Scored) -> float:
    return scored.episode.started_at + scored.episode.wall_s


def _of_the_config(failures: list[Failure]) -> bool:
    kinds = {failure.kind for failure in failures}
    return len(kinds) == 1 and REASONS.get(kinds.pop()) == "config"
