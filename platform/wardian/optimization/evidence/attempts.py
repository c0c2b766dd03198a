"""Attempts to save one episode by putting a mistake in it right."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from wardian.episodes.hindsight.mending import Mending
from wardian.episodes.hindsight.rerun import Rerun
from wardian.optimization.evidence.corrections import corrections
from wardian.optimization.evidence.reading import Reading
from wardian.optimization.evidence.spelling import spelt_mending, spelt_way
from wardian.scoring.failures.symptom import Symptom

__all__ = ["Attempt", "Attempts"]


class Attempt(NamedTuple):
    """One that saved the episode: where something else was done, and what, in words."""

    position: int | None
    mended: str


class Attempts:
    """Of one episode.

    Args:
        reading: the episode with its symptoms.
        rerun: plays it again.
    """

    def __init__(self, reading: Reading, rerun: Rerun) -> None:
        self._reading = reading
        self._rerun = rerun
        self._ways = [corrections(reading.case, symptom) for symptom in reading.symptoms]

    async def mend(self, number: int) -> Attempt | None:
        """The first that saves the episode from the symptom with this number.

        The right action in the place of the wrong one, and the rest as the agent did it; else that with all other
        mistakes mended, where mending all but this one is not enough; else the reference's way on.
        """
        for mended in (self._alone, self._together):
            mending = await mended(number)
            if mending is not None:
                return Attempt(mending.begin, spelt_mending(mending))
        return await self.guide(self._reading.symptoms[number])

    async def guide(self, symptom: Symptom) -> Attempt | None:
        """The reference's way on from before the mistake, where from behind it there is none."""
        for position in await self._suspects(symptom):
            way = await self._rerun.lost_at(position)
            if way is not None:
                return Attempt(position, spelt_way(way))
        if symptom.detector == "premature_stop" and self._reading.episode.failure is not None:
            way = await self._rerun.way_on()
            return None if way is None else Attempt(None, spelt_way(way))
        return None

    async def _alone(self, number: int) -> Mending | None:
        for mending in self._ways[number]:
            if await self._rerun.mended(mending):
                return mending
        return None

    async def _together(self, number: int) -> Mending | None:
        for place, mending in enumerate(self._ways[number]):
            whole = mending
            for ways in self._ways:
                whole |= ways[min(place, len(ways) - 1)] if ways else Mending()
            rest = whole - mending
            if not rest.empty and await self._rerun.mended(whole) and not await self._rerun.mended(rest):
                return mending
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
