"""Whether an episode would have succeeded without a mistake that was made in it."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from wardian.base.errors import Failure, boundary
from wardian.base.frozen import Frozen
from wardian.base.messages import Message
from wardian.episodes.hindsight.mending import Mending
from wardian.episodes.hindsight.rerun import Rerun
from wardian.optimization.evidence.corrections import corrections
from wardian.optimization.evidence.reading import Reading
from wardian.optimization.evidence.worlds import Worlds
from wardian.scoring.failures.symptom import TEXT, Symptom

__all__ = ["Outcome", "Trial", "try_all"]

Outcome = Literal["flipped", "stayed", "untold", "untried"]

PATIENCE_S: Final = 60.0
"""For one episode: a world that takes longer is broken."""


class Trial(Frozen):
    """What came of putting one mistake right.

    Args:
        symptom: the mistake.
        outcome: whether the episode succeeded then; `untold` where nobody could try, `untried` where nobody did.
        position: where in the events it was put right.
        mended: how, in words.
        decisive: whether it is the step with which the episode was lost for the reference.
    """

    symptom: Symptom
    outcome: Outcome
    position: int | None = None
    mended: str = ""
    decisive: bool = False


async def try_all(reading: Reading, worlds: Worlds) -> tuple[Trial, ...]:
    """One trial for each symptom of a failed episode; nothing that a world does raises.

    Where mending none of them helps, and there is a step with which the episode was lost, one for that.
    """
    broken = list[Failure]()
    trials = tuple(Trial(symptom=symptom, outcome="untold") for symptom in reading.symptoms)
    with boundary(broken.append, cause="environment"):
        async with asyncio.timeout(PATIENCE_S):
            world = worlds.world(reading.episode)
            if not isinstance(world, str):
                rerun = await Rerun.of(reading.episode, world.make, world.reference)
                trials = await _Attempts(reading, rerun).all()
    return trials


class _Attempts:
    """Of one episode."""

    def __init__(self, reading: Reading, rerun: Rerun) -> None:
        self._reading = reading
        self._rerun = rerun
        self._ways = [corrections(reading.case, symptom) for symptom in reading.symptoms]

    async def all(self) -> tuple[Trial, ...]:
        """One for each symptom, and for the step that nobody suspects."""
        decisive = await self._rerun.decisive(limited=False)
        trials = [await self._one(number, decisive) for number in range(len(self._ways))]
        if decisive is not None and not any(trial.outcome == "flipped" for trial in trials):
            event = self._reading.episode.events[decisive]
            tool, about = (event.call.name, "") if event.kind == "acted" else ("", TEXT)
            unseen = Symptom(detector="decisive_step", tool=tool, about=about, positions=(decisive,))
            trials += [trial] if (trial := await self._guided(unseen, decisive)) is not None else []
        return tuple(trials)

    async def _one(self, number: int, decisive: int | None) -> Trial:
        symptom = self._reading.symptoms[number]
        for attempt in (self._alone, self._together):
            mending = await attempt(number)
            if mending is not None:
                return _flipped(symptom, mending.begin, _spelt(mending), decisive)
        guided = await self._guided(symptom, decisive)
        if guided is not None:
            return guided
        return Trial(symptom=symptom, outcome="stayed" if await self._rerun.hopeful() else "untold")

    async def _alone(self, number: int) -> Mending | None:
        """The first correction with which the agent's own actions lead to success."""
        for mending in self._ways[number]:
            if await self._rerun.mended(mending):
                return mending
        return None

    async def _together(self, number: int) -> Mending | None:
        """The same, with all that was wrong put right, where all but this is not enough."""
        for place, mending in enumerate(self._ways[number]):
            others = [ways[min(place, len(ways) - 1)] for ways in self._ways if ways]
            whole = mending
            for other in others:
                whole |= other
            rest = whole - mending
            if rest.empty or not await self._rerun.mended(whole):
                continue
            if not await self._rerun.mended(rest):
                return mending
        return None

    async def _guided(self, symptom: Symptom, decisive: int | None) -> Trial | None:
        """The reference's way on from before the mistake, where from behind it there is none."""
        for position in await self._suspects(symptom):
            way = await self._rerun.lost_at(position)
            if way is not None:
                return _flipped(symptom, position, _spelt_way(way), decisive)
        if symptom.detector == "premature_stop" and self._reading.episode.failure is not None:
            way = await self._rerun.way_on()
            return None if way is None else _flipped(symptom, None, _spelt_way(way), decisive)
        return None

    async def _suspects(self, symptom: Symptom) -> Iterable[int]:
        """Where the mistake may have been made: where it was found.

        Where that is nowhere, or the end: where success was lost, if something was said there in place of the work.
        """
        if symptom.detector in ("turn_cap", "unexplained"):
            return await self._lost()
        if symptom.positions and symptom.detector != "premature_stop":
            return symptom.positions
        events = self._reading.episode.events
        said = [place for place in await self._lost() if events[place].kind != "acted"]
        return (*self._reading.case.walk.actions[-1:], *said)

    async def _lost(self) -> Sequence[int]:
        lost = await self._rerun.decisive(limited=True)
        return () if lost is None else (lost,)


def _flipped(symptom: Symptom, position: int | None, mended: str, decisive: int | None) -> Trial:
    lost = decisive is not None and decisive in (*symptom.positions, position)
    return Trial(symptom=symptom, outcome="flipped", position=position, mended=mended, decisive=lost)


def _spelt(mending: Mending) -> str:
    return "\n".join(_lines(mending))


def _lines(mending: Mending) -> Iterator[str]:
    for messages in mending.before.values():
        yield f"before it: {_said(messages)}"
    for messages in mending.instead.values():
        yield f"in its place: {_said(messages) or 'nothing'}"


def _spelt_way(way: Sequence[Message]) -> str:
    return f"in its place, and on from there: {_said(way[:2])}"


def _said(messages: Sequence[Message]) -> str:
    return "; ".join(_words(message) for message in messages)


def _words(message: Message) -> str:
    calls = [f"call {call.name} {call.arguments}" for call in message.tool_calls]
    return ", ".join(calls) or f"say “{message.content}”"
