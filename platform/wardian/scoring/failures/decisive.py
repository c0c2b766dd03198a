"""The decisive step as a symptom."""

from collections.abc import Iterator, Sequence
from typing import Final

from wardian.episodes.hindsight.decisive import Hindsight
from wardian.episodes.record import Episode
from wardian.scoring.failures.symptom import Symptom

__all__ = ["decisive"]

TEXT: Final = "text"


def decisive(episode: Episode, hindsight: Hindsight, symptoms: Sequence[Symptom]) -> Iterator[Symptom]:
    """`decisive_step`, about the first thing that other detectors say of that step; nothing where there is none."""
    if hindsight.position is None:
        return
    event, place = episode.events[hindsight.position], (hindsight.position,)
    if event.kind != "acted":
        yield Symptom(detector="decisive_step", about=TEXT, positions=place)
        return
    known = (each.name for each in symptoms if hindsight.position in each.positions and each.tool == event.call.name)
    yield Symptom(detector="decisive_step", tool=event.call.name, about=", ".join(sorted(set(known))), positions=place)
