"""Whether every check can fail: one that no mistake ever trips measures nothing."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import chain
from typing import Any, Final

import orjson

from wardian.agents.agent import Agent
from wardian.agents.script_agent import ScriptAgent
from wardian.agents.unpaid import unpaid
from wardian.base.completion import Completion
from wardian.base.messages import Message, Origin, ToolCall, ToolSchema
from wardian.certification.bystanders import RandomAgent
from wardian.certification.mutants import Known, known_values
from wardian.certification.trial import LIMITS, played, solved
from wardian.environments.pack import Pack, TaskCard
from wardian.episodes.record import Episode

__all__ = ["unreachable_checks"]

AUTHOR: Final = "blabber"
NAME: Final = re.compile(r"\b\w*\d[\w-]*\b|[\w.+-]+@[\w.-]+\w")
"""What may stand for something: words with digits, addresses."""
RANDOM_TRIES: Final = 5


async def unreachable_checks(pack: Pack) -> tuple[str, ...]:
    """Names of required checks that nobody has failed in any task who got something wrong; sorted.

    Tried are a reference that lacks a message, acts without asking, asks without acting, does everything twice, in
    the opposite order or without an end, lists all that any solution lists, or tells all that it has seen, and agents
    that act at random.
    """
    known = known_values(pack.reference(card.id) for card in pack.tasks())
    names: set[str] = set()
    tripped: set[str] = set()
    for card in pack.tasks():
        record = await played(pack, card, ScriptAgent(pack.reference(card.id), "reference"))
        if record.findings is None or not solved(record):
            continue  # of this task nothing is known
        own = {check.name for check in record.findings.checks if check.required}
        names |= own
        if own - tripped:
            async for episode in _clumsy(pack, card, known):
                tripped |= _failed(episode)
    return tuple(sorted(names - tripped))


def _failed(episode: Episode) -> set[str]:
    return set() if episode.findings is None else {check.name for check in episode.findings.checks if not check.passed}


async def _clumsy(pack: Pack, card: TaskCard, known: Known) -> AsyncIterator[Episode]:
    reference = pack.reference(card.id)
    for script in (*_scripts(reference), [_greedy(message, known) for message in reference]):
        yield await played(pack, card, ScriptAgent(script, "clumsy"))
    agents: tuple[Agent, ...] = (Blabber(reference), *(RandomAgent(seed) for seed in range(RANDOM_TRIES)))
    for agent in agents:
        yield await played(pack, card, agent)


def _scripts(reference: Sequence[Message]) -> Iterator[Sequence[Message]]:
    yield ()
    acts, words = _parted(reference)
    yield from (acts, words, acts[::-1], [*acts, *reference], [each for act in acts for each in (act, act)])
    yield acts[:1] * LIMITS.turns  # never says a word
    for number in range(len(reference)):
        yield [*reference[:number], *reference[number + 1 :]]


def _greedy(message: Message, known: Known) -> Message:
    """With every list that it gives a tool holding all that any solution lists there."""
    calls = []
    for call in message.tool_calls:
        given = orjson.loads(call.arguments)
        whole = {name: _all(known[call.name, name]) for name, value in given.items() if isinstance(value, list)}
        calls.append(call.model_copy(update={"arguments": orjson.dumps({**given, **whole}).decode()}))
    return message.model_copy(update={"tool_calls": tuple(calls)})


def _all(values: Sequence[Any]) -> list[Any]:
    """What the lists among `values` hold, each once."""
    items = chain.from_iterable(value for value in values if isinstance(value, list))
    return list({orjson.dumps(item): item for item in items}.values())


def _parted(reference: Sequence[Message]) -> tuple[list[Message], list[Message]]:
    """The messages with calls, and those without."""
    return [each for each in reference if each.tool_calls], [each for each in reference if not each.tool_calls]


class Blabber:
    """Does what the reference does, looks up all that the user names, and says all that it has read."""

    def __init__(self, reference: Sequence[Message]) -> None:
        self._rest = list(reference)
        self._known: set[str] = set()

    async def act(self, history: Sequence[Message], tools: Sequence[ToolSchema], origin: Origin) -> Completion:
        """The next message of the reference, with everything behind it."""
        heard = "\n".join(each.content for each in history if each.role == "user")
        fresh = [name for name in dict.fromkeys(NAME.findall(heard)) if name not in self._known]
        self._known |= set(fresh)
        calls = tuple(_lookups(fresh, tools))
        if calls:
            return unpaid(Message(role="assistant", tool_calls=calls), AUTHOR)
        message = self._rest.pop(0) if self._rest else Message(role="assistant", content="")
        if message.content:
            seen = "\n".join(each.content for each in history if each.role != "assistant")
            message = message.model_copy(update={"content": f"{message.content}\n{seen}"})
        return unpaid(message, AUTHOR)


def _lookups(names: Sequence[str], tools: Sequence[ToolSchema]) -> Iterator[ToolCall]:
    """Each name for each tool that reads and wants one thing."""
    for tool in tools:
        wanted: Any = tool.parameters.get("required") or ()
        if tool.effect == "read" and len(wanted) == 1:
            for name in names:
                arguments = orjson.dumps({wanted[0]: name}).decode()
                yield ToolCall(id=f"look_{tool.name}_{name}", name=tool.name, arguments=arguments)
