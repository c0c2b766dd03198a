"""Tasks to search on and tasks to decide on: template by template, so that both halves are alike."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest

from wardian.base.bundle import Bundle
from wardian.base.identity import random_stream
from wardian.episodes.record import AgentRef
from wardian.optimization.ground import Ground, Place

__all__ = ["FEW", "ground_of"]

FEW = 8
"""With fewer tasks than that each of them is in both halves."""


def ground_of(
    seed: int, agent: AgentRef, champion: Bundle, places: Sequence[Place], uses: Mapping[str, int] | None = None
) -> Ground:
    """A campaign's ground on these tasks.

    A job's tasks are divided in the same way in all its campaigns, whatever their order: what was decided on is never
    searched on.

    Args:
        seed: of the job.
        agent: the job's agent that is refined.
        champion: its version now.
        places: all tasks of the job.
        uses: how often each task decided in earlier campaigns, by its key.
    """
    search, gate = _halves(seed, places) if len(places) >= FEW else (places, places)
    keys = {f"{place.environment.name}/{place.task.id}" for place in gate}
    reuse = {key: count for key, count in (uses or {}).items() if key in keys}
    return Ground(seed, agent, champion, tuple(_mixed(search)), tuple(gate), reuse)


def _halves(seed: int, places: Sequence[Place]) -> tuple[list[Place], list[Place]]:
    halves: tuple[list[Place], list[Place]] = ([], [])
    turn = 0
    for template, alike in sorted(_by_template(places).items()):
        shuffled = sorted(alike, key=lambda place: place.task.id)
        random_stream(seed, "refine", "split", *template).shuffle(shuffled)
        for place in shuffled:
            halves[turn % 2].append(place)
            turn += 1
    return halves


def _mixed(places: Iterable[Place]) -> Iterable[Place]:
    """One of each template, then another one of each: the first few draws are like all of them."""
    rounds = zip_longest(*_by_template(places).values())
    return (place for place in chain.from_iterable(rounds) if place is not None)


def _by_template(places: Iterable[Place]) -> dict[tuple[str, str], list[Place]]:
    groups: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        groups.setdefault((place.environment.name, place.task.template), []).append(place)
    return groups
