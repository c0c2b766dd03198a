"""When to pause a run: what no further call can mend stops it before anything is marked as failed."""

import asyncio
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final, Literal

from wardian.base.errors import Failure, takes_nothing_more
from wardian.base.frozen import Frozen
from wardian.episodes.record import EpisodeSpec
from wardian.runs.executor import Deliver, Executor, Planned
from wardian.runs.lull import Lull
from wardian.scoring.finished import Finished
from wardian.scoring.result import Result

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
    "disk": "the disk or bucket takes nothing more",
    "deadline": "the time is over",
}

GRACE_S: Final = 1.0
"""For results that are on their way. With a budget there is no hurry: no call in flight can exceed it."""
GLANCE_S: Final = 0.01
MOST_HELD: Final = 1_000
CHARACTERS: Final = 300


class Pause(Frozen):
    """Why a run was paused: what is wrong with which model, and the provider's words, redacted, on one line.

    No model has anything to do with a `deadline`, nor with a journal that cannot be written.
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

    @classmethod
    def by_store(cls, error: OSError) -> "Pause":
        """The pause of a run whose results, or what is made of them, cannot be kept.

        Raises:
            OSError: `error` itself, when it is about something else.
        """
        if not takes_nothing_more(error):
            raise error
        return cls(reason="disk", model="", message=" ".join(str(error).split())[:CHARACTERS])

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
        self._held: dict[str, list[Finished]] = {}
        self._job_s = job_s
        self._answered: set[str] = set()
        self._delivering = 0
        self._lull = Lull()
        self._plan: Iterator[Planned] = iter(())
        self._ahead: list[EpisodeSpec] = []
        self._out = 0
        self._scope: asyncio.Timeout | None = None
        self._cut: asyncio.TimerHandle | None = None

    async def play_all(self, specs: Iterable[Planned], deliver: Deliver) -> None:
        """Deliver what is worth keeping, up to the pause if there is one."""
        scope = self._scope = asyncio.timeout(None)
        deadline = self._end_in_time(scope)
        self._plan = iter(specs)
        try:
            async with scope:
                await self._inner.play_all(self._until_paused(), partial(self._receive, deliver, scope))
        except TimeoutError:
            if not scope.expired():
                raise
        finally:
            for timer in (self._cut, deadline):
                if timer is not None:
                    timer.cancel()
        await self._settle(deliver)

    def halt(self, pause: Pause) -> None:
        """Pause for something that was met beside the episodes."""
        if self._scope is None:  # nothing is being played yet
            self.pause = self.pause or pause
        else:
            self._stop(pause, self._scope)

    @property
    def why(self) -> str | None:
        """The pause in a line, None when there is none."""
        return self.pause.line if self.pause else None

    def _until_paused(self) -> Iterator[Planned]:
        while (spec := self._next()) is not None and self.pause is None:
            if isinstance(spec, Lull):
                self._lull = spec
            else:
                self._out += 1
            yield spec

    def _next(self) -> Planned | None:
        return self._ahead.pop() if self._ahead else next(self._plan, None)

    async def _receive(self, deliver: Deliver, scope: asyncio.Timeout, finished: Finished) -> None:
        """The cut must not fall into a delivery, or some sinks would have a result and others not."""
        model, failure = finished.result.model, _failure(finished.result)
        due: list[Finished] = []
        self._out -= 1
        if failure is None:
            due = [*self._released(model, finished.result.asked_at), finished]
        elif failure.lasting:
            self._stop(Pause.of(failure, model), scope)
        elif self.pause is None and not self._held_back(finished, failure):
            due = [finished]
        self._delivering += 1
        try:
            for each in due:
                await deliver(each)
            await self._rest(deliver, scope)
            return
        except OSError as error:
            self._stop(Pause.by_store(error), scope)
        finally:
            self._delivering -= 1
        await asyncio.Event().wait()  # for the cut: nobody may take it for delivered, and forget its calls

    async def _rest(self, deliver: Deliver, scope: asyncio.Timeout) -> None:
        """In a lull, nobody else's answer will say whether others fared better: whoever waits is told what there is."""
        if self._out > 0 or self.pause is not None or not any(self._held.values()):
            return
        spec = self._next()
        if isinstance(spec, Lull):
            pause = await self._settle(deliver)
            if pause is not None:
                self._stop(pause, scope)
        elif spec is not None:
            self._ahead.append(spec)

    def _released(self, model: str, sent_at: float) -> list[Finished]:
        """The model has answered what was sent at `sent_at`: what failed before was not its end."""
        self._answered.add(model)
        held = self._held.pop(model, [])
        self._held[model] = [finished for finished in held if finished.result.ended_at > sent_at]
        return [finished for finished in held if finished.result.ended_at <= sent_at]

    def _held_back(self, finished: Finished, failure: Failure) -> bool:
        held = self._held.setdefault(finished.result.model, [])
        if failure.cause != "provider" or len(held) >= MOST_HELD:
            return False
        held.append(finished)
        return True

    def _end_in_time(self, scope: asyncio.Timeout) -> asyncio.TimerHandle | None:
        if self._job_s is None:
            return None
        loop, pause = asyncio.get_running_loop(), Pause.at_deadline(self._job_s)
        return loop.call_later(self._job_s, self._stop, pause, scope)

    def _stop(self, pause: Pause, scope: asyncio.Timeout) -> None:
        self.pause = self.pause or pause
        self._lull.end()
        if pause.reason != "budget" and self._cut is None:
            self._cut = asyncio.get_running_loop().call_later(GRACE_S, self._cut_short, scope)

    def _cut_short(self, scope: asyncio.Timeout) -> None:
        loop = asyncio.get_running_loop()
        if self._delivering:
            self._cut = loop.call_later(GLANCE_S, self._cut_short, scope)
        else:
            scope.reschedule(loop.time())

    async def _settle(self, deliver: Deliver) -> Pause | None:
        """All is played: what is still held back are failures like others, unless they are the config's: a pause."""
        every, self._held = self._held, {}
        for model, held in every.items():
            failures = [failure for finished in held if (failure := _failure(finished.result)) is not None]
            if self._fresh and model not in self._answered and _of_the_config(failures):
                self.pause = self.pause or Pause.of(failures[0], model)
        if self.pause is None:
            try:
                for finished in (finished for held in every.values() for finished in held):
                    await deliver(finished)
            except OSError as error:
                self.pause = Pause.by_store(error)
        return self.pause


def _failure(result: Result) -> Failure | None:
    """What keeps the result from counting; a scorer's failure does so only if all other scores would share it."""
    failure = result.failure
    return failure if failure is not None and (result.again or failure.lasting) else None


def _of_the_config(failures: list[Failure]) -> bool:
    kinds = {failure.kind for failure in failures}
    return len(kinds) == 1 and REASONS.get(kinds.pop()) == "config"
