"""Failed episodes with one mistake in common."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from wardian.episodes.record import EpisodeSpec
from wardian.optimization.evidence.reading import Reading
from wardian.optimization.evidence.trials import Trial
from wardian.scoring.failures.symptom import DETECTORS, Detector, Symptom

__all__ = ["Cluster", "Member", "clusters_of"]

EVERYWHERE: Final[frozenset[Detector]] = frozenset({"policy_violation"})
"""A rule is one thing, whichever tool broke it."""


class Member(NamedTuple):
    """A failed episode, and the mistake in it with what came of mending it."""

    reading: Reading
    trial: Trial

    @property
    def key(self) -> str:
        """The episode's."""
        return self.reading.episode.spec.key


class Mistake(NamedTuple):
    """What the members of a cluster have in common; `tool` is "" where it is about none, or about several."""

    detector: Detector
    tool: str
    about: str


@dataclass(frozen=True)
class Cluster:
    """Failed episodes with one mistake, in the order of the readings."""

    mistake: Mistake
    members: tuple[Member, ...]

    @property
    def tool(self) -> str:
        """The tool that all of them are about; "" where there are several."""
        tools = {member.trial.symptom.tool for member in self.members}
        return tools.pop() if len(tools) == 1 else ""

    @property
    def template(self) -> str:
        """That of all their tasks; "" where there are several."""
        places = {(spec.environment.name, spec.task.template) for spec in self._specs}
        return places.pop()[1] if len(places) == 1 else ""

    @property
    def _specs(self) -> Iterable[EpisodeSpec]:
        return (member.reading.episode.spec for member in self.members)

    @property
    def rank(self) -> tuple[int, int, Mistake]:
        """The largest first."""
        return -len(self.members), DETECTORS.index(self.mistake.detector), self.mistake


def clusters_of(members: Iterable[Member], *, wide: bool = False) -> list[Cluster]:
    """The clusters of failed episodes, the largest first; an episode may be in several.

    A mistake that is made on tasks of several templates is one mistake, for one rule may mend it: so its cluster is as
    wide as it is, and names a template only where it is made on tasks of no other.

    `wide`: all mistakes of one detector are alike.
    """
    found: dict[Mistake, list[Member]] = {}
    for member in members:
        symptom = member.trial.symptom
        mistake = Mistake(symptom.detector, "", "") if wide else _mistake(symptom)
        found.setdefault(mistake, []).append(member)
    clusters = (Cluster(mistake, tuple(_once(alike))) for mistake, alike in found.items())
    return sorted(clusters, key=lambda cluster: cluster.rank)


def _mistake(symptom: Symptom) -> Mistake:
    tool = "" if symptom.detector in EVERYWHERE else symptom.tool
    return Mistake(symptom.detector, tool, symptom.about)


def _once(members: Iterable[Member]) -> Iterable[Member]:
    """Each episode once: with its first symptom of the kind."""
    first: dict[str, Member] = {}
    for member in members:
        first.setdefault(member.key, member)
    return first.values()
