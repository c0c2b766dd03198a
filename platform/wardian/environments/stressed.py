"""Any world made harder from outside: nameless tools, policies full of other things, calls that fail."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

from wardian.base.identity import random_stream
from wardian.base.messages import Message, ToolCall, ToolSchema
from wardian.environments.environment import Environment
from wardian.environments.findings import Findings
from wardian.environments.life.fault import Fault
from wardian.environments.life.life import parted_behind, with_news
from wardian.environments.life.stricken import stricken
from wardian.environments.observation import Observation
from wardian.environments.wrapped import WrappedEnvironment
from wardian.specs.environments import StressSpec

__all__ = ["StressedWorld"]

_SEED_BYTES: Final = 8
_LENGTH_BYTES: Final = 4
SUBJECTS: Final = (
    "The canteen",
    "Printer 4",
    "The car park",
    "The fire drill",
    "The lift",
    "The reading room",
    "Locker 12",
)
DEEDS: Final = ("is closed on", "is cleaned on", "is checked on", "may be booked on", "changes its code on")
DAYS: Final = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "the first day of each month")


class StressedWorld(WrappedEnvironment):
    """The inner world behind disguises and disturbances; all of them follow from the episode's seed.

    Who knows a tool's true name (a policy may speak of it) can call it by that, too.

    Args:
        inner: the world.
        stress: what makes it harder.
    """

    def __init__(self, inner: Environment, stress: StressSpec) -> None:
        super().__init__(inner)
        self._stress = stress
        self._seed = 0
        self._calls = 0
        self._texts = 0
        self._refused: list[int] = []
        """The numbers of the calls, among all actions of the agent, that never reached the inner world."""
        self._aliases: dict[int, str] = {}

    async def open(self, seed: int) -> Sequence[Message]:
        """The inner opening; its policy is padded."""
        self._seed, self._aliases = seed, {}
        opening = list(await self._inner.open(seed))
        if self._stress.padding_words:
            padding = _padding(self._stress.padding_words, random_stream(seed, "padding"))
            if opening[0].role == "system":
                policy = opening.pop(0).content
                padding = f"{policy}\n\n{padding}"
            opening.insert(0, Message(role="system", content=padding))
        return opening

    def tools(self) -> Sequence[ToolSchema]:
        """The inner world's, disguised."""
        return [self._disguised(number, tool) for number, tool in enumerate(self._inner.tools())]

    def _disguised(self, number: int, tool: ToolSchema) -> ToolSchema:
        name = self._alias(number) if self._stress.hides_names else tool.name
        description = f"Function {number + 1}." if self._stress.hides_descriptions else tool.description
        return tool.model_copy(update={"name": name, "description": description})

    def _alias(self, number: int) -> str:
        if number not in self._aliases:
            self._aliases[number] = f"fn_{random_stream(self._seed, 'alias', number).randrange(16**6):06x}"
        return self._aliases[number]

    async def call(self, call: ToolCall) -> Observation:
        """What the inner world does with it, unless something goes wrong."""
        known = (
            {self._alias(n): tool.name for n, tool in enumerate(self._inner.tools())}
            if self._stress.hides_names
            else {}
        )
        real = call.model_copy(update={"name": known.get(call.name, call.name)})
        self._calls += 1
        number = self._calls + self._texts - 1
        random = random_stream(self._seed, "stress", self._calls)
        if random.random() >= self._stress.fault_rate:
            return await self._inner.call(real)
        fault = Fault(kind=random.choice(self._stress.faults))
        if fault.refuses:
            self._refused.append(number)
            return stricken(fault)
        return await self._struck(real, fault)

    async def reply(self, text: str) -> str | None:
        """The inner answer."""
        self._texts += 1
        return await self._inner.reply(text)

    async def examine(self) -> Findings:
        """The inner findings, about all of the agent's actions."""
        return (await self._inner.examine()).renumbered(self._refused)

    async def _struck(self, call: ToolCall, fault: Fault) -> Observation:
        seen = await self._inner.call(call)
        text, news = parted_behind(seen.text)
        struck = stricken(fault, seen.model_copy(update={"text": text}))
        return struck.model_copy(update={"text": with_news(struck.text, news)})

    def snapshot(self) -> bytes:
        """The inner world's, the seed, and how many calls there were, and which of them were refused."""
        counts = (self._calls, self._texts, len(self._refused), *self._refused)
        head = b"".join(count.to_bytes(_LENGTH_BYTES, "big") for count in counts)
        return self._seed.to_bytes(_SEED_BYTES, "big") + head + self._inner.snapshot()

    def restore(self, snapshot: bytes) -> None:
        """Go on from there."""
        self._seed, self._aliases = int.from_bytes(snapshot[:_SEED_BYTES], "big"), {}
        numbers = _numbers(snapshot[_SEED_BYTES:])
        self._calls, self._texts, refused = next(numbers), next(numbers), next(numbers)
        self._refused = [next(numbers) for _ in range(refused)]
        self._inner.restore(snapshot[_SEED_BYTES + _LENGTH_BYTES * (3 + refused) :])


def _numbers(data: bytes) -> Iterator[int]:
    """The numbers that stand there, one behind the other."""
    for start in range(0, len(data), _LENGTH_BYTES):
        yield int.from_bytes(data[start : start + _LENGTH_BYTES], "big")


def _padding(words: int, random: Random) -> str:
    """So many words, or a few more, of a handbook about other things."""
    said: list[str] = []
    while words > 0:
        said.append(f"{random.choice(SUBJECTS)} {random.choice(DEEDS)} {random.choice(DAYS)}.")
        words -= said[-1].count(" ") + 1
    return " ".join(said)
