"""Fused answers that were broken off: whoever had answered is not asked again, and what was decided stays."""

import asyncio
from pathlib import Path
from typing import Any

from support.panels import spec_of

from wardian.base.clients import ModelClient
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, Request
from wardian.episodes.record import Episode
from wardian.fusion.opening import fused_client
from wardian.runs.folder_store import FolderStore
from wardian.runs.steps.steps import Steps

MESSAGES = (Message(role="user", content="?"),)
CASCADE: dict[str, Any] = {
    "mode": "cascade",
    "stages": [
        {"members": [{"model": "a", "samples": 2}], "accept": {"kind": "agree"}},
        {"members": ["b", "c"], "accept": {"kind": "self_verify"}},
        {"members": ["c"]},
    ],
}
VOTE: dict[str, Any] = {"members": ["a", "b", "c"], "min_share": 1}


class Model:
    """Never says the same twice; in call number `dies_at` the process is lost."""

    said = 0

    def __init__(self, name: str, dies_at: int | None = None) -> None:
        self.name = name
        self.asked = 0
        self.dead = asyncio.Event()
        self._dies_at = dies_at

    async def complete(self, request: Request) -> Completion:
        self.asked += 1
        if self.asked == self._dies_at:
            await asyncio.sleep(0.1)  # the others get to their answers, and those to the disk
            self.dead.set()
            await asyncio.Event().wait()
        Model.said += 1
        message = Message(role="assistant", content=f"{self.name} {Model.said}")
        return Completion(message=message, finish="stop", model=self.name, cost_usd=1.0)


def question(turn: int) -> Request:
    return Request(model="fusion/f", messages=MESSAGES, origin=Origin(episode="e", task="t", path=f"t{turn}/agent"))


async def asked(folder: Path, said: dict[str, Any], *models: Model, turns: int = 1) -> list[Completion]:
    """What one process hears that asks a durable fusion of durable models."""
    heard: list[Completion] = []
    async with Steps(FolderStore(folder), SystemClock()) as steps:
        clients: dict[str, ModelClient] = {model.name: steps.client(model) for model in models}
        client = steps.client(fused_client("fusion/f", spec_of(**said), clients, SystemClock()))

        async def once() -> Episode:
            heard.extend([await client.complete(question(turn)) for turn in range(turns)])
            return None  # type: ignore[return-value]  # nobody looks at the episode

        await steps.played("e", once)
    return heard


async def broken_off(folder: Path, said: dict[str, Any], *models: Model) -> None:
    playing = asyncio.ensure_future(asked(folder, said, *models))
    dying = [asyncio.ensure_future(model.dead.wait()) for model in models]
    await asyncio.wait(dying, return_when=asyncio.FIRST_COMPLETED)
    for task in (playing, *dying):
        task.cancel()
    await asyncio.gather(playing, *dying, return_exceptions=True)


def words(completion: Completion) -> list[str]:
    assert completion.fusion is not None
    return [answer.message.content for answer in completion.fusion.answers if answer.message]


async def test_of_a_panel_only_who_had_not_answered_is_asked_again(tmp_path: Path) -> None:
    await broken_off(tmp_path, VOTE, first := Model("a"), Model("b"), Model("c", dies_at=1))
    models = Model("a"), Model("b"), Model("c")
    (completion,) = await asked(tmp_path, VOTE, *models)
    assert (first.asked, [model.asked for model in models]) == (1, [0, 0, 1])
    assert completion.cost_usd == 3.0


async def test_a_cascade_goes_on_in_the_stage_that_it_had_got_to(tmp_path: Path) -> None:
    await broken_off(tmp_path, CASCADE, Model("a"), Model("b"), Model("c", dies_at=1))
    models = Model("a"), Model("b"), Model("c")
    (completion,) = await asked(tmp_path, CASCADE, *models)
    assert models[0].asked == 0
    assert models[1].asked > 0, "it has to say how sure it is"
    assert completion.message.content.startswith("c ")


async def test_a_fused_answer_that_was_given_is_given_again_and_nobody_is_asked(tmp_path: Path) -> None:
    playing = asyncio.ensure_future(
        asked(tmp_path, VOTE, dying := Model("a", dies_at=2), Model("b"), Model("c"), turns=2)
    )
    await dying.dead.wait()
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    models = Model("a"), Model("b"), Model("c")
    first, second = await asked(tmp_path, VOTE, *models, turns=2)
    assert (first.timing.replayed, second.timing.replayed) == (True, False)
    assert [model.asked for model in models] == [1, 0, 0]
    assert len(set(words(first) + words(second))) == 6
