"""An episode, read once for all metrics."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import orjson

from wardian.base.frozen import JsonValue
from wardian.base.identity import canonical_json
from wardian.base.messages import ToolCall
from wardian.environments.change import Change
from wardian.episodes.record import Acted, Asked, Episode

__all__ = ["Signature", "Step", "Walk"]

TELLING = 16
"""Characters from which on an answer is no accident."""

RECENT = 32
"""Answers within which others are looked for: in all of them, long episodes would take for ever."""

Signature = tuple[str, bytes | str]
"""A call's name and arguments; two spellings of the same JSON object are one signature."""


@dataclass(frozen=True, slots=True)
class Step:
    """One tool call at its `position` in the events; `arguments` is None when they are no JSON."""

    position: int
    acted: Acted
    arguments: JsonValue
    signature: Signature

    @classmethod
    def of(cls, position: int, acted: Acted) -> Self:
        """Read the call of `acted`."""
        return cls(position, acted, *_read(acted.call))

    @property
    def failed(self) -> bool:
        """Whether the tool answered with an error."""
        return self.acted.observation.error is not None

    @property
    def struck(self) -> bool:
        """Whether a fault refused the call: then the same call may be made again."""
        return self.failed and self.acted.observation.fault is not None


@dataclass(frozen=True)
class Walk:
    """An episode with its model calls and its tool calls taken apart.

    `actions` are the positions of all that the agent did: its tool calls and its texts to the user. A text is a model
    call without tool calls, and nobody hears what stands beside tool calls.
    """

    episode: Episode
    asked: tuple[Asked, ...]
    steps: tuple[Step, ...]
    texts: tuple[tuple[int, str], ...]
    actions: tuple[int, ...]
    ignored: frozenset[str]

    @classmethod
    def of(cls, episode: Episode) -> Self:
        """Read `episode`; everything after this looks at no JSON text again."""
        steps: list[Step] = []
        texts: list[tuple[int, str]] = []
        actions: list[int] = []
        for position, event in enumerate(episode.events):
            if event.kind == "acted":
                steps.append(Step.of(position, event))
                actions.append(position)
            elif event.kind == "asked" and not event.completion.message.tool_calls:
                texts.append((position, event.completion.message.content))
                actions.append(position)
        ignored = episode.findings.ignored if episode.findings is not None else ()
        return cls(episode, episode.asked, tuple(steps), tuple(texts), tuple(actions), frozenset(ignored))

    @cached_property
    def tells_changes(self) -> bool:
        """Whether the environment has said of anything what it changed."""
        findings = self.episode.findings
        if findings is not None and (findings.expected or findings.actual):
            return True
        return any(step.acted.observation.changes for step in self.steps)

    def seen(self, changes: Iterable[Change]) -> Iterator[Change]:
        """Those of the changes that are anybody's business."""
        for change in changes:
            if change.table not in self.ignored and f"{change.table}.{change.column}" not in self.ignored:
                yield change

    def wrote(self, step: Step) -> bool:
        """Whether a call has changed something; where nobody says what calls change, whether the state is another."""
        if step.acted.observation.changes:
            return any(self.seen(step.acted.observation.changes))
        return step.acted.changed and not self.tells_changes

    def reads(self, step: Step) -> bool:
        """Whether a call has only looked, and was answered."""
        writes = step.acted.observation.writes
        return not step.failed and not (self.wrote(step) if writes is None else writes)

    @cached_property
    def vain(self) -> frozenset[int]:
        """Positions of the calls that changed nothing, and whose answers told nothing new.

        Those are answers that stand, word for word, in what a call had answered before; within a longer one, in one of
        the last `RECENT` that told something. So that a short answer is no accident (`[]`, `true`), it must then be
        the same call.
        """
        recent: deque[str] = deque(maxlen=RECENT)
        given: set[tuple[Signature, str] | str] = set()
        vain: set[int] = set()
        for step in self.steps:
            text = step.acted.observation.text
            answer = (step.signature, text) if len(text) < TELLING else text
            told = answer in given or (len(text) >= TELLING and any(text in earlier for earlier in recent))
            if not told:
                recent.append(text)
                given.add(answer)
            if told and not step.failed and not self.wrote(step):
                vain.add(step.position)
        return frozenset(vain)

    def position(self, action: int) -> int | None:
        """Where the agent's action with this number stands in the events."""
        return self.actions[action] if 0 <= action < len(self.actions) else None


def _read(call: ToolCall) -> tuple[JsonValue, Signature]:
    """The arguments and the signature; what JSON cannot read or write again is compared as text."""
    try:
        arguments: JsonValue = orjson.loads(call.arguments)
        return arguments, (call.name, canonical_json(arguments))
    except (ValueError, TypeError):
        return None, (call.name, call.arguments)
