"""A model beside the episodes that is out of credit pauses the run; one that has a bad minute does not."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from support.specs import episode_spec, scored

from wardian.base.completion import Completion
from wardian.base.errors import ModelError
from wardian.base.messages import Message, Request, ResponseSchema
from wardian.cli.halt import Halt
from wardian.cli.pausing_client import PausingClient
from wardian.episodes.record import EpisodeSpec
from wardian.runs.growing import GrowingPlan
from wardian.runs.local import LocalExecutor
from wardian.runs.pausing import Pause, PausingExecutor
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


class Script:
    """Fails or answers as it is told, one call after the other; each says when, in seconds."""

    name = "writer"

    def __init__(self, *script: tuple[float, str]) -> None:
        self._script = iter(script)

    async def complete(self, request: Request) -> Completion:
        seconds, kind = next(self._script)
        await asyncio.sleep(seconds)
        if kind:
            name, _, lasting = kind.partition(" ")
            raise ModelError(name, f"{kind} after {seconds:g} s", lasting=bool(lasting))
        return Completion(message=Message(role="assistant", content="Yes."), finish="stop", model=self.name)


def unpaused() -> Halt:
    halt = Halt()
    halt.given(lambda pause: pytest.fail(pause.line))
    return halt


async def asked(client: PausingClient, times: int, wait_s: float = 100.0, request: Request = REQUEST) -> list[str]:
    """What came of so many calls at once; who still waits in the end is given up."""
    tasks = [asyncio.create_task(client.complete(request)) for _ in range(times)]
    await asyncio.wait(tasks, timeout=wait_s)
    errors = list[str]()
    for task in tasks:
        error = task.exception() if task.done() else None
        errors.append("waits" if not task.done() else getattr(error, "kind", "answered"))
    for task in tasks:
        task.cancel()
    await asyncio.sleep(0.1)
    return errors


async def in_a_second(spec: EpisodeSpec) -> Scored:
    await asyncio.sleep(1.0)
    return scored(spec)


def test_without_credit_the_run_is_paused_and_nobody_hears_of_it(run_virtual: Run) -> None:
    halt = Halt()
    client = PausingClient(Writer(ModelError("quota_exhausted", "no credit", lasting=True)), halt)
    pausing = PausingExecutor(LocalExecutor(in_a_second, 2), fresh=True)
    halt.given(pausing.halt)
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
    client = PausingClient(Writer(ModelError("server_error", "503")), unpaused())
    with pytest.raises(ModelError, match="503"):
        run_virtual(client.complete(REQUEST))


def test_an_answer_is_an_answer(run_virtual: Run) -> None:
    assert run_virtual(PausingClient(Writer(None), unpaused()).complete(REQUEST)).message.content == "No."


def test_a_model_that_answers_nobody_any_more_pauses_the_run_and_nobody_hears_of_it(run_virtual: Run) -> None:
    pauses, halt = list[Pause](), Halt()
    halt.given(pauses.append)
    client = PausingClient(Script((1.0, ""), (5.0, "server_error"), (3.0, "timeout")), halt)
    assert run_virtual(asked(client, 3)) == ["answered", "waits", "waits"]
    assert {pause.line for pause in pauses} == {"the provider does not recover: 'writer': server_error after 5 s"}


def test_that_another_call_is_answered_says_that_the_failure_was_its_own(run_virtual: Run) -> None:
    script = Script((1.0, "server_error"), (2.0, "timeout"), (3.0, ""), (4.0, "connection"))
    found = run_virtual(asked(PausingClient(script, unpaused()), 4))
    assert found == ["server_error", "timeout", "answered", "connection"]


def test_one_failure_after_the_other_is_an_outage_too(run_virtual: Run) -> None:
    pauses, halt = list[Pause](), Halt()
    halt.given(pauses.append)
    client = PausingClient(Script((1.0, "server_error"), (1.0, "rate_limited")), halt)

    async def main() -> tuple[list[str], list[str]]:
        return await asked(client, 1), await asked(client, 1)

    assert run_virtual(main()) == (["server_error"], ["waits"])
    assert [pause.reason for pause in pauses] == ["rate_limit"]


def test_that_the_provider_does_not_take_the_question_is_heard_at_once(run_virtual: Run) -> None:
    """It is asked in another form then, as long as there is one."""
    script = [(1.0, "bad_request"), (1.0, "bad_request"), (50.0, "")]
    strict = REQUEST.model_copy(update={"response_schema": ResponseSchema(name="edit", json_schema={})})
    found = run_virtual(asked(PausingClient(Script(*script), unpaused()), 3, 2.0, strict))
    assert found == ["bad_request", "bad_request", "waits"]
    assert run_virtual(asked(PausingClient(Script(*script), unpaused()), 3, 2.0)) == ["waits"] * 3


def test_the_first_refusal_of_a_key_is_heard_by_nobody_either(run_virtual: Run) -> None:
    """Only the second one shows that it lasts."""
    pauses, halt = list[Pause](), Halt()
    halt.given(pauses.append)
    script = Script((1.0, "auth"), (2.0, "auth for ever"), (50.0, ""))
    assert run_virtual(asked(PausingClient(script, halt), 3, 20.0)) == ["waits"] * 3
    assert [pause.reason for pause in pauses] == ["auth"]


def test_a_call_that_is_given_up_leaves_nobody_waiting(run_virtual: Run) -> None:
    async def main() -> str:
        client = PausingClient(Script((50.0, ""), (1.0, "timeout")), unpaused())
        slow, broken = (asyncio.create_task(client.complete(REQUEST)) for _ in range(2))
        await asyncio.sleep(2.0)
        assert not broken.done()
        slow.cancel()
        await asyncio.wait([broken], timeout=1.0)
        return str(broken.exception())

    assert run_virtual(main()) == "timeout after 1 s"


def test_a_pause_that_is_wanted_before_there_is_something_to_pause_comes_then() -> None:
    pauses, halt = list[Pause](), Halt()
    pause = Pause(reason="auth", model="writer", message="no")
    halt.now(pause)
    halt.given(pauses.append)
    assert pauses == [pause]
