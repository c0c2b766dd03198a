"""Episodes that a panel plays: of all that its members propose, only what was committed happens."""

from collections.abc import Sequence

import pytest
from support.episodes import spec
from support.judges import Member
from support.packs.counter.environment import Counter, add
from support.panels import fusion_of

from wardian.agents.tool_agent import ToolAgent
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.messages import Message, Request
from wardian.episodes.record import Episode
from wardian.episodes.runner import run_episode
from wardian.specs.job import Limits


class Following(Member):
    """Says one thing after the other, by how far the conversation has got."""

    def __init__(self, name: str, *says: Message | str) -> None:
        super().__init__(name, None)
        self._says = says

    async def complete(self, request: Request) -> Completion:
        before = sum(message.role == "assistant" for message in request.messages)
        self.answer = self._says[min(before, len(self._says) - 1)]
        return await super().complete(request)


async def played(members: Sequence[Following], scope: str) -> tuple[Episode, Counter]:
    worlds: list[Counter] = []

    def world() -> Counter:
        worlds.append(Counter(goal=5))
        return worlds[-1]

    agent = ToolAgent(fusion_of("fusion/panel", members, mode="vote", scope=scope))
    episode = await run_episode(spec(), world, agent, Limits(turns=6), SystemClock())
    (only,) = worlds
    return episode, only


@pytest.mark.parametrize("scope", ["every", "divergent_probe", "destructive"])
async def test_nothing_happens_that_was_not_committed(scope: str) -> None:
    members = [
        Following("a", add(2), add(100), "Done."),
        Following("b", add(40), add(3), "done"),
        Following("c", add(2), add(3), "I am done."),
    ]
    episode, world = await played(members, scope)
    assert world.value == 5
    committed = [(event.turn, call) for event in episode.asked for call in event.completion.message.tool_calls]
    assert [(event.turn, event.call) for event in episode.acted] == committed
    assert [call.arguments for _, call in committed] == ['{"by": 2}', '{"by": 3}']
    assert episode.findings is not None
    assert episode.findings.success
    panels = [event.completion.fusion for event in episode.asked if event.completion.fusion]
    proposed = [answer.message for panel in panels for answer in panel.members if answer.message]
    assert {"100", "40"} <= {number for message in proposed for number in _numbers(message)}


def _numbers(message: Message) -> list[str]:
    return [call.arguments.strip("{}").split(": ")[1] for call in message.tool_calls]


async def test_a_panel_whose_calls_cannot_be_made_loses_the_task_and_not_the_episode() -> None:
    broken = add(1).model_copy(update={"tool_calls": (add(1).tool_calls[0].model_copy(update={"name": "subtract"}),)})
    members = [Following(name, broken, add(5), "Done.") for name in "abc"]
    episode, _ = await played(members, "every")
    assert episode.failure is None
    assert [event.call.name for event in episode.acted] == ["subtract", "add"]
