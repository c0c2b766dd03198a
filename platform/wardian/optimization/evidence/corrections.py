"""What would have been right where a mistake was made, as the reference does it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from wardian.base.messages import Message, ToolCall
from wardian.episodes.hindsight.mending import Mending
from wardian.scoring.failures.case import Case
from wardian.scoring.failures.purpose import nearest, purpose_of
from wardian.scoring.failures.symptom import Detector, Symptom
from wardian.scoring.walk import Step, Walk

__all__ = ["corrections"]

NEVER: Final[frozenset[Detector]] = frozenset({"premature_stop", "turn_cap", "unexplained"})
"""Where no single call is wrong: then only the reference's own way on can show that something was."""
LATEST: Final = 4
"""Texts before which a call is tried that was not made, and calls that are put right one at a time."""

Pair = tuple[Step, Step]
"""What the agent did, and what would have been right."""


def corrections(case: Case, symptom: Symptom) -> tuple[Mending, ...]:
    """The ways to put `symptom` right that are worth trying, each once, the closest to what the agent did first.

    None where nothing says what would be right.
    """
    if case.reference is None or symptom.detector in NEVER:
        return ()
    known, ways = _Corrections(case, case.reference), list[Mending]()
    for mending in known.inside(symptom) if symptom.positions else known.undone(symptom.tool):
        if not mending.empty and mending not in ways:
            ways.append(mending)
    return tuple(ways)


@dataclass(frozen=True)
class _Corrections:
    """Out of the reference's record."""

    case: Case
    reference: Walk

    def undone(self, tool: str) -> Iterator[Mending]:
        """The calls of `tool` that are undone: before the last texts, for that is how late it may be; then early."""
        pairs = [(wanted, made) for wanted, made in self.case.undone if wanted.acted.call.name == tool]
        missing = [wanted for wanted, made in pairs if made is None]
        wrong = Mending({made.position: (_call(wanted.acted.call),) for wanted, made in pairs if made is not None})
        places = [self._place(wanted) for wanted in missing]
        first = min(places, default=self._end)
        texts = [place for place, _ in self.case.walk.texts if place > first]
        for latest in (*reversed(texts[-LATEST:]), first):
            late = [max(place, latest) for place in places]
            for words in (0, 1, None):
                yield wrong | self._inserted(missing, late, words)

    def inside(self, symptom: Symptom) -> Iterator[Mending]:
        """The first time only; one other call, the last ones first; all others; with what is said before; none."""
        steps = [step for step in self.case.walk.steps if step.position in symptom.positions]
        places = [step.position for step in steps]
        yield Mending(instead=dict.fromkeys(places[1:], ()))
        known = [(step, wanted) for step in steps if (wanted := self._right(step)) is not None]
        for some in (*([pair] for pair in reversed(known[-LATEST:])), known):
            yield from self._instead(some, symptom)
        right = _call(known[-1][1].acted.call) if known else None
        yield Mending(instead={place: (right,) if right and place == places[-1] else () for place in places})
        yield Mending(instead=dict.fromkeys(places, ()))

    def _instead(self, pairs: Sequence[Pair], symptom: Symptom) -> Iterator[Mending]:
        if symptom.detector == "policy_violation":
            yield Mending(before={step.position: self._words(wanted) for step, wanted in pairs})
        calls = {step.position: (_call(wanted.acted.call),) for step, wanted in pairs}
        yield Mending(instead=calls)
        yield Mending(instead={step.position: (_call(_with(step, wanted, symptom.about)),) for step, wanted in pairs})
        yield Mending(instead={step.position: (*self._words(wanted), *calls[step.position]) for step, wanted in pairs})

    def _inserted(self, missing: Sequence[Step], places: Sequence[int], words: int | None) -> Mending:
        """`words`: how many texts of the reference stand before each call, the last ones; None for all."""
        whole = Mending()
        for wanted, place in zip(missing, places, strict=True):
            said = self._words(wanted)
            said = said[len(said) - words :] if words is not None else said
            whole |= Mending(before={place: (*said, _call(wanted.acted.call))})
        return whole

    def _place(self, wanted: Step) -> int:
        """The first action behind everything that the reference does before `wanted` and the agent did too."""
        earlier = {purpose_of(step) for step in self.reference.steps if step.position < wanted.position}
        done = [step.position for step in self.case.walk.steps if purpose_of(step) in earlier and not step.failed]
        behind = (place for place in self.case.walk.actions if not done or place > max(done))
        return next(behind, self._end)

    def _right(self, step: Step) -> Step | None:
        """The reference's call in whose place `step` stands."""
        pairs = (*self.case.undone, *self.case.reworded)
        standing = (wanted for wanted, made in pairs if made is not None and made.position == step.position)
        return next(standing, None) or nearest(step, self.reference.steps)

    def _words(self, wanted: Step) -> tuple[Message, ...]:
        """What the reference says to the user between the call before `wanted` and `wanted`."""
        before = max((step.position for step in self.reference.steps if step.position < wanted.position), default=-1)
        texts = (text for place, text in self.reference.texts if before < place < wanted.position)
        return tuple(Message(role="assistant", content=text) for text in texts)

    @property
    def _end(self) -> int:
        return len(self.case.walk.episode.events)


def _with(step: Step, wanted: Step, argument: str) -> ToolCall:
    """The agent's own call with one argument out of the reference's."""
    ours, theirs = step.arguments, wanted.arguments
    if not isinstance(ours, dict) or not isinstance(theirs, dict) or argument not in theirs:
        return wanted.acted.call
    changed = orjson.dumps({**ours, argument: theirs[argument]}).decode()
    return step.acted.call.model_copy(update={"arguments": changed})


def _call(call: ToolCall) -> Message:
    return Message(role="assistant", tool_calls=(call,))
