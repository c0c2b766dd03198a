"""A model beside the episodes that is out of credit pauses the run; one that has a bad minute does not."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from support.specs import episode_spec, scored

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request
from wardian.cli.pausing_client import PausingClient
from wardian.episodes.record import EpisodeSpec
from wardian.runs.growing import GrowingPlan
from wardian.runs.local import LocalExecutor
from wardian.runs.pausing import PausingExecutor
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored

Run = Callable[[Any], Any]
REQUEST = Request(model="writer", messages=(Message(role="user", content="An edit, please."),))


class Writer:
    """A model that fails as it is told."""

    name = "writer"

    def __init__(self, error: ModelError | None) -> None:
        self._error = error

    async def complete(self, request: Request) -> Completion:
        if self._error is not None:
            raise self._error
        return Completion(message=Message(role="assistant", content="No."), finish="stop", model=self.name)


async def in_a_second(spec: EpisodeSpec) -> Scored:
    await asyncio.sleep(1.0)
    return scored(spec)


def test_without_credit_the_run_is_paused_and_nobody_hears_of_it(run_virtual: Run) -> None:
    client = PausingClient(Writer(ModelError("quota_exhausted", "no credit", lasting=True)))
    pausing = PausingExecutor(LocalExecutor(in_a_second, 2), fresh=True)
    client.given(pausing.halt)
    plan, delivered = GrowingPlan(), list[int]()

    async def deliver(finished: Finished) -> None:
        delivered.append(finished.result.seed)

    async def main() -> None:
        plan.add([episode_spec(seed=1)])
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(client.complete(REQUEST))
            await pausing.play_all(plan, deliver)
            assert not asking.done()
            asking.cancel()
        assert asyncio.get_running_loop().time() < 10.0

    run_virtual(main())
    assert pausing.why == "out of credit or quota: 'writer': no credit"


def test_an_error_that_passes_is_raised(run_virtual: Run) -> None:
    client = PausingClient(Writer(ModelError("server_error", "503")))
    client.given(lambda pause: pytest.fail(pause.line))
    with pytest.raises(ModelError, match="503"):
        run_virtual(client.complete(REQUEST))


def test_an_answer_is_an_answer(run_virtual: Run) -> None:
    assert run_virtual(PausingClient(Writer(None)).complete(REQUEST)).message.content == "No."
