"""Tasks to search on and tasks to decide on: each task is one or the other, whatever else a job has."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest

from wardian.base.bundle import Bundle
from wardian.base.identity import derive_seed
from wardian.episodes.record import AgentRef
from wardian.optimization.ground import Ground, Place

__all__ = ["FEW", "ground_of"]

FEW = 8
"""With fewer tasks than that each of them is in both halves."""
LEAST = 3
"""A half that has fewer is none: then, too, all tasks are in both."""


def ground_of(
    seed: int,
    campaign: str,
    agent: AgentRef,
    champion: Bundle,
    places: Sequence[Place],
    uses: Mapping[str, int] | None = None,
) -> Ground:
    """A campaign's ground on these tasks.

    Which half a task is in follows from its environment and its id alone, so it is the same in all campaigns of all
    jobs: what was decided on is never searched on, however many tasks are added and whatever the seed.

    Args:
        seed: of the job.
        campaign: its id: no other campaign draws its seeds, not even one that knows nothing of it.
        agent: the job's agent that is refined.
        champion: its version now.
        places: all tasks of the job.
        uses: how often each task decided in earlier campaigns, by its key.
    """
    search, gate = _halves(sorted(places, key=lambda place: (place.environment.name, place.task.id)))
    keys = {f"{place.environment.name}/{place.task.id}" for place in gate}
    reuse = {key: count for key, count in (uses or {}).items() if key in keys}
    own = derive_seed(seed, "refine", campaign)
    return Ground(own, agent, champion, tuple(_mixed(search)), tuple(gate), reuse)


def _halves(places: Sequence[Place]) -> tuple[Sequence[Place], Sequence[Place]]:
    search = [place for place in places if _searched(place)]
    gate = [place for place in places if not _searched(place)]
    few = len(places) < FEW or min(len(search), len(gate)) < LEAST
    return (places, places) if few else (search, gate)


def _searched(place: Place) -> bool:
    return derive_seed("refine", "half", place.environment.name, place.task.id) % 2 == 0


def _mixed(places: Iterable[Place]) -> Iterable[Place]:
    """One of each template, then another one of each: the first few draws are like all of them."""
    rounds = zip_longest(*_by_template(places).values())
    return (place for place in chain.from_iterable(rounds) if place is not None)


def _by_template(places: Iterable[Place]) -> dict[tuple[str, str], list[Place]]:
    groups: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        groups.setdefault((place.environment.name, place.task.template), []).append(place)
    return groups
