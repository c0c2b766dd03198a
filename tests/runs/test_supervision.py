"""How long scorers and environments of a job may take."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import pytest
from support.episodes import EpisodeBuilder
from support.packs.counter.environment import Counter, add
from support.specs import episode_spec

from wardian.base.hang import Hung
from wardian.base.messages import ToolCall
from wardian.base.watchdog import Patience, Watchdog
from wardian.environments.observation import Observation
from wardian.episodes.record import Episode
from wardian.runs.supervision import Supervision
from wardian.scoring.score import Score, Scored
from wardian.specs.job import Limits

RunVirtual = Callable[[Coroutine[Any, Any, Any]], Any]
EPISODE = EpisodeBuilder().say("Done.").done()


class Scoring:
    """Scores after some seconds, which it awaits or sleeps through."""

    def __init__(self, seconds: float, *, blocking: bool = False) -> None:
        self._seconds = seconds
        self._blocking = blocking

    async def score(self, episode: Episode) -> Sequence[Score]:
        if self._blocking:
            time.sleep(self._seconds)  # noqa: ASYNC251  (this is what it is about)
        else:
            await asyncio.sleep(self._seconds)
        return [Score(metric="success", value=1.0)]


def test_a_scorer_that_ends_in_time(run_virtual: RunVirtual) -> None:
    scored: Scored = run_virtual(Supervision(Watchdog(), Limits(), Scoring(59.0)).scored(EPISODE))
    assert scored.value("success") == 1.0
    assert scored.failure is None


def test_a_scorer_that_awaits_forever(run_virtual: RunVirtual) -> None:
    scored: Scored = run_virtual(Supervision(Watchdog(), Limits(), Scoring(1e6)).scored(EPISODE))
    assert not scored.scores
    assert scored.failure is not None
    assert (scored.failure.cause, scored.failure.kind) == ("grader", "scorer_timeout")
    assert scored.failure.message == "'score' of shop/t1 went on for more than 60 s (limits.examine_s)"


async def test_a_scorer_that_blocks() -> None:
    watchdog = Watchdog(patience=Patience(look_s=0.02))
    with watchdog.watching():
        supervision = Supervision(watchdog, Limits(examine_s=0.1), Scoring(1e6, blocking=True))
        scored = await supervision.scored(EPISODE)
    assert scored.failure is not None
    assert (scored.failure.cause, scored.failure.kind) == ("grader", "scorer_hung")


class Slow(Counter):
    """Takes a day."""

    async def call(self, call: ToolCall) -> Observation:
        await asyncio.sleep(86_400.0)
        return await super().call(call)


@pytest.mark.parametrize("tool_s", [5.0, None])
def test_environments_may_take_what_the_job_says(run_virtual: RunVirtual, tool_s: float | None) -> None:
    async def main() -> None:
        supervision = Supervision(Watchdog(), Limits(tool_s=tool_s), Scoring(0.0))
        world = supervision.environment(episode_spec(), lambda: Slow(1))()
        if tool_s is None:
            assert (await world.call(add(1).tool_calls[0])).text == "1"
        else:
            with pytest.raises(Hung, match=r"'add' of counter/count-1 went on for more than 5 s"):
                await world.call(add(1).tool_calls[0])

    run_virtual(main())
