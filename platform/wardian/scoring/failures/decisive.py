"""The decisive step as a symptom."""

from collections.abc import Iterator, Sequence

from wardian.episodes.hindsight.decisive import Hindsight
from wardian.episodes.record import Episode
from wardian.scoring.failures.symptom import TEXT, Symptom

__all__ = ["blamed", "decisive"]


def decisive(episode: Episode, hindsight: Hindsight, symptoms: Sequence[Symptom]) -> Iterator[Symptom]:
    """`decisive_step`, about the first thing that other detectors say of that step; nothing where there is none."""
    if hindsight.position is None:
        return
    event, place = episode.events[hindsight.position], (hindsight.position,)
    if event.kind != "acted":
        yield Symptom(detector="decisive_step", about=TEXT, positions=place)
        return
    known = {each.name for each in blamed(episode, hindsight, symptoms)}
    yield Symptom(detector="decisive_step", tool=event.call.name, about=", ".join(sorted(known)), positions=place)


def blamed(episode: Episode, hindsight: Hindsight, symptoms: Sequence[Symptom]) -> tuple[Symptom, ...]:
    """Those of `symptoms` that the decisive step has, where it is a call."""
    position = hindsight.position
    event = None if position is None else episode.events[position]
    if event is None or event.kind != "acted":
        return ()
    return tuple(each for each in symptoms if position in each.positions and each.tool == event.call.name)
