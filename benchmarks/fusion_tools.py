"""What a panel is worth at turns with tools: how often it is right, whom it asks for that, and what is executed.

`tools(quick)` are the measures; `python benchmarks/fusion_tools.py [--quick] [--json]` prints them. Members are right
four times of five, independently. At made-up turns all wrong ones do the same, which is the worst case for a vote. In
the pack retail they follow the reference and take wrong arguments, as the simulator's models do. Whole episodes: one
member plays each task four times from one state, skips confirmations, gives up and errs, and metrics that know nothing
of success select. No figure depends on the clock.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from goals import Goal, report
from planted_agent import PERFECT, rates

from wardian.agents.tool_agent import ToolAgent
from wardian.base.clock import SystemClock
from wardian.base.completion import Completion
from wardian.base.identity import random_stream
from wardian.base.messages import Message, Request, ToolCall, ToolSchema
from wardian.certification.trial import played, solved
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import load_pack
from wardian.episodes.record import Episode
from wardian.fusion.client import FusedClient
from wardian.fusion.opening import fused_client
from wardian.reports.fusion.episodes import fused_episodes, selector
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.result import Result
from wardian.scoring.score import Scored
from wardian.scoring.trajectory import TrajectoryScorer
from wardian.simulator.behaviour import respond
from wardian.simulator.conversation import Call, Function, Turn
from wardian.simulator.script import Script
from wardian.simulator.skill import Rates
from wardian.specs.environments import EnvironmentSpec
from wardian.specs.fusion.modes import Scope, VoteSpec

ROOT = Path(__file__).parents[1] / "envs"
NAMES = ("a", "b", "c")
SKILL = 0.8
TURNS = 40_000
TASKS = 60
FORKS = 4
SELECTORS = ("redundant_calls", "identical_retry_rate", "ungrounded_args")
ERRING = rates("wrong_argument", 1 - SKILL)
ALWAYS = rates("wrong_argument", 1.0)
MOVE = ToolSchema(
    name="move",
    description="",
    parameters={"type": "object", "properties": {"to": {"type": "integer"}}, "required": ["to"]},
    effect="write",
)


@dataclass
class Chooser:
    """Knows the right action of a made-up turn with a probability of `SKILL`; every wrong one is the same."""

    name: str
    asked: int = 0

    async def complete(self, request: Request) -> Completion:
        """The right action or the wrong one, in one of three spellings."""
        right = random_stream(request.messages[0].content, self.name).random() < SKILL
        self.asked += 1
        spelled = ('{"to": 1}', '{"to":1.0}', '{ "to": "1" }')[self.asked % 3]
        call = ToolCall(id=f"{self.name}{self.asked}", name="move", arguments=spelled if right else '{"to": 2}')
        return _completion(Message(role="assistant", tool_calls=(call,)), self.name)


@dataclass
class Follower:
    """Follows a task's reference; where that gives an occasion, with a wrong argument in one case of five."""

    name: str
    script: Script
    seed: str
    rates: Rates = ERRING
    recovery: float = 1.0
    rights: list[Message | None] = field(default_factory=list)
    """What would have been right at each turn; None at those without an occasion for a mistake."""

    async def complete(self, request: Request) -> Completion:
        """The next step."""
        history = [_turn(message) for message in request.messages]
        said = self._said(history, self.rates)
        right = respond(self.script, history, PERFECT, 1.0, random_stream(self.seed))
        self.rights.append(right if _does(self._said(history, ALWAYS)) != _does(right) else None)
        return _completion(said, self.name)

    def _said(self, history: Sequence[Turn], at: Rates) -> Message:
        stream = random_stream(self.seed, self.name, len(history))
        return respond(self.script, history, at, self.recovery, stream)


def tools(quick: bool = False) -> Iterator[Goal]:
    """All measures."""
    turns = TURNS // 10 if quick else TURNS
    yield from asyncio.run(_made_up(turns))
    yield from asyncio.run(_in_retail(10 if quick else TASKS))
    yield from asyncio.run(_episodes(10 if quick else TASKS))


async def _made_up(turns: int) -> list[Goal]:
    goals = [Goal("one member, made-up turns: right", await _right(None, turns), "of turns")]
    scopes: tuple[Scope, ...] = ("every", "divergent_probe")
    for scope in scopes:
        choosers = [Chooser(name) for name in NAMES]
        fusion = _fusion(choosers, scope)
        right = await _right(fusion, turns)
        asked = sum(chooser.asked for chooser in choosers) / turns
        goals += [
            Goal(f"three, scope {scope}: right", right, "of turns", 0.89, "at least"),
            Goal(f"three, scope {scope}: members asked", asked, "a turn", 3.0),
        ]
    return goals


async def _right(fusion: FusedClient | None, turns: int) -> float:
    client = fusion or Chooser("a")
    right = 0
    for number in range(turns):
        request = Request(model=client.name, messages=(Message(role="user", content=str(number)),), tools=(MOVE,))
        committed = (await client.complete(request)).message.tool_calls[0]
        right += "1" in committed.arguments
    return right / turns


async def _in_retail(tasks: int) -> list[Goal]:
    pack = load_pack(EnvironmentSpec(pack="retail"), [ROOT])
    alone, together = Tally(), Tally()
    for card in pack.tasks()[:tasks]:
        script = Script(pack.reference(card.id))
        solo, *panel = [Follower(name, script, card.id) for name in (NAMES[0], *NAMES)]
        alone.add(await played(pack, card, ToolAgent(solo)), solo.rights)
        together.add(await played(pack, card, ToolAgent(_fusion(panel, "every"))), panel[0].rights)
    return [
        Goal(
            f"retail, one member: right at {alone.turns} turns with an occasion", alone.right / alone.turns, "of turns"
        ),
        Goal(f"retail, three: right at {together.turns} of them", together.right / together.turns, "of turns"),
        Goal("retail, one member: tasks solved", alone.solved / tasks, "of tasks"),
        Goal("retail, three: tasks solved", together.solved / tasks, "of tasks", alone.solved / tasks, "at least"),
        Goal(f"retail, {together.executed} calls executed: not committed", together.uncommitted, "calls", 0.0),
    ]


async def _episodes(tasks: int) -> list[Goal]:
    pack = load_pack(EnvironmentSpec(pack="retail"), [ROOT])
    results = [
        await _forked(pack, card, Script(pack.reference(card.id)), fork)
        for card in pack.tasks()[:tasks]
        for fork in range(FORKS)
    ]
    goals = []
    for name in SELECTORS:
        (fusion,) = fused_episodes(results, selector(name, CATALOGUE))
        best = fusion.best_of[-1]
        text = f"best of {best.k} episodes by {name} (one: {best.single.value:.3f}, oracle: {best.oracle.value:.3f})"
        goals.append(Goal(text, best.selected.value, "of tasks"))
    return goals


async def _forked(pack: Pack, card: TaskCard, script: Script, fork: int) -> Result:
    rates = Rates(accuracy=0.85, faults=(0.06, 0.0, 0.02, 0.05, 0.02))
    follower = Follower("a", script, f"{card.id}/{fork}", rates, recovery=0.5)
    episode = await played(pack, card, ToolAgent(follower))
    spec = episode.spec.model_copy(update={"repeat": fork})
    scores = await TrajectoryScorer().score(episode)
    return Result.of(Scored(episode=episode.model_copy(update={"spec": spec}), scores=tuple(scores)))


@dataclass
class Tally:
    """What came of episodes."""

    turns: int = 0
    right: int = 0
    solved: int = 0
    executed: int = 0
    uncommitted: int = 0

    def add(self, episode: Episode, rights: Sequence[Message | None]) -> None:
        """Count an episode; `rights` are what would have been right at each of its turns."""
        committed = [event.completion.message for event in episode.asked]
        occasions = [(said, right) for said, right in zip(committed, rights, strict=True) if right is not None]
        calls = {(event.turn, call) for event in episode.asked for call in event.completion.message.tool_calls}
        self.turns += len(occasions)
        self.right += sum(_does(said) == _does(right) for said, right in occasions)
        self.solved += solved(episode)
        self.executed += len(episode.acted)
        self.uncommitted += sum((event.turn, event.call) not in calls for event in episode.acted)


def _fusion(members: Sequence[Chooser | Follower], scope: Scope) -> FusedClient:
    spec = VoteSpec.model_validate({"members": NAMES, "scope": scope})
    return fused_client("fusion/panel", spec, {member.name: member for member in members}, SystemClock())


def _completion(message: Message, name: str) -> Completion:
    finish = "tool_calls" if message.tool_calls else "stop"
    return Completion(message=message, finish=finish, model=name, cost_usd=0.0, simulated=True)


def _turn(message: Message) -> Turn:
    calls = (
        Call(id=each.id, function=Function(name=each.name, arguments=each.arguments)) for each in message.tool_calls
    )
    return Turn(role=message.role, content=message.content, tool_calls=tuple(calls), tool_call_id=message.tool_call_id)


def _does(message: Message) -> tuple[str, list[tuple[str, str]]]:
    return message.content, [(call.name, call.arguments) for call in message.tool_calls]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer turns and tasks")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report(tools(options.quick), as_json=options.json)


if __name__ == "__main__":
    main()
