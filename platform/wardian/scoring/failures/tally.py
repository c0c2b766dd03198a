"""Counts the failures of a run, one episode at a time, in any order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from wardian.base.errors import Cause, Failure
from wardian.episodes.hindsight.decisive import Hindsight, Verdict
from wardian.episodes.record import Episode, EpisodeSpec
from wardian.scoring.failures.decisive import blamed, decisive
from wardian.scoring.failures.diagnosis import diagnose
from wardian.scoring.failures.kinds import KindTally
from wardian.scoring.failures.report import (
    Blame,
    Cluster,
    Example,
    Excluded,
    Failures,
    LookedBack,
    NotLookedBack,
    arm_counts,
)
from wardian.scoring.failures.symptom import DETECTORS, Detector, Symptom
from wardian.scoring.outcome import succeeded
from wardian.scoring.score import Scored
from wardian.scoring.walk import Walk

__all__ = ["FailureTally"]

EXAMPLES: Final = 3

BLAMES: Final[dict[Cause, Blame]] = {
    "user_sim": "user simulator",
    "environment": "environment",
    "grader": "judge",
    "infra": "infrastructure",
    "provider": "infrastructure",
    "budget": "infrastructure",
    "cancelled": "infrastructure",
}


class Key(NamedTuple):
    """What the episodes of a cluster have in common."""

    detector: Detector
    tool: str
    about: str
    environment: str
    template: str


@dataclass
class Members:
    """The episodes of one cluster as far as anybody asks."""

    arms: Counter[str] = field(default_factory=Counter)
    succeeded: int = 0
    decisive: int = 0
    examples: dict[tuple[int, str, str], Example] = field(default_factory=dict)


class FailureTally:
    """Takes records; keeps counts and a few examples of each cluster, never a conversation."""

    def __init__(self) -> None:
        self._episodes = self._failed = 0
        self._clusters: dict[Key, Members] = {}
        self._kinds = KindTally()
        self._excluded: Counter[tuple[Cause, str]] = Counter()
        self._without: set[str] = set()
        self._looked_back: Counter[Verdict] = Counter()
        self._not_looked_back: Counter[tuple[str, str]] = Counter()

    def add(self, scored: Scored, reference: Episode | None = None, hindsight: Hindsight | None = None) -> None:
        """Take one more episode, once.

        Args:
            scored: its record.
            reference: the reference's record of its task, where there is one.
            hindsight: where it was lost, if somebody looked.
        """
        symptoms = diagnose(scored.episode, reference)
        self.count(scored, symptoms, referenced=reference is not None, hindsight=hindsight)

    def count(
        self,
        scored: Scored,
        symptoms: tuple[Symptom, ...],
        *,
        referenced: bool,
        hindsight: Hindsight | str | None = None,
    ) -> None:
        """Take one more episode, once, with the symptoms that were found in it.

        Args:
            scored: its record.
            symptoms: as `diagnose` finds them.
            referenced: whether it was held against a reference.
            hindsight: where it was lost, or why nobody can find out; None where nobody asked.
        """
        episode = scored.episode
        broken = _broken(scored)
        if broken is not None:
            self._excluded[broken.cause, broken.kind] += 1
            return
        good = succeeded(Walk.of(episode))
        self._episodes += 1
        self._failed += not good
        if not referenced and not good:
            self._without.add(episode.spec.environment.name)
        lost: tuple[Symptom, ...] = ()
        if isinstance(hindsight, str):
            self._not_looked_back[episode.spec.environment.name, hindsight] += 1
        elif hindsight is not None:
            self._looked_back[hindsight.verdict] += 1
            lost = blamed(episode, hindsight, symptoms)
            symptoms = (*symptoms, *decisive(episode, hindsight, symptoms))
        self._kinds.count(episode.spec.agent.name, symptoms, lost, good=good)
        for symptom in symptoms:
            members = self._members(symptom, episode.spec)
            members.decisive += symptom in lost
            _note(members, symptom, episode.spec, good=good)

    def _members(self, symptom: Symptom, spec: EpisodeSpec) -> Members:
        names = spec.environment.name, spec.task.template
        return self._clusters.setdefault(Key(symptom.detector, symptom.tool, symptom.about, *names), Members())

    def failures(self) -> Failures:
        """What has been counted so far; the same whatever the order was."""
        clusters = (_cluster(key, members) for key, members in self._clusters.items() if members.arms)
        return Failures(
            episodes=self._episodes,
            failed=self._failed,
            kinds=self._kinds.kinds(),
            clusters=tuple(sorted(clusters, key=_rank)),
            excluded=tuple(_exclusions(self._excluded)),
            without_reference=tuple(sorted(self._without)),
            looked_back=tuple(
                LookedBack(verdict=verdict, episodes=episodes)
                for verdict, episodes in sorted(self._looked_back.items())
            ),
            not_looked_back=tuple(
                NotLookedBack(environment=environment, why=why, episodes=episodes)
                for (environment, why), episodes in sorted(self._not_looked_back.items())
            ),
        )


def _broken(scored: Scored) -> Failure | None:
    """Why the episode has no score; None when it has one."""
    return scored.episode.failure if scored.episode.missing else scored.failure


def _note(members: Members, symptom: Symptom, spec: EpisodeSpec, *, good: bool) -> None:
    if good:
        members.succeeded += 1
        return
    arm, task = spec.agent.name, spec.task.id
    members.arms[arm] += 1
    place = spec.repeat, arm, task
    members.examples[place] = Example(episode=spec.key, arm=arm, task=task, seed=spec.seed, positions=symptom.positions)
    if len(members.examples) > EXAMPLES:
        del members.examples[max(members.examples)]


def _cluster(key: Key, members: Members) -> Cluster:
    return Cluster(
        detector=key.detector,
        tool=key.tool,
        about=key.about,
        environment=key.environment,
        template=key.template,
        failed=sum(members.arms.values()),
        succeeded=members.succeeded,
        decisive=members.decisive,
        arms=arm_counts(members.arms),
        examples=tuple(members.examples[place] for place in sorted(members.examples)),
    )


def _rank(cluster: Cluster) -> tuple[int, int, tuple[str, ...]]:
    names = cluster.environment, cluster.template, cluster.tool, cluster.about
    return -cluster.failed, DETECTORS.index(cluster.detector), names


def _exclusions(excluded: Counter[tuple[Cause, str]]) -> Iterable[Excluded]:
    for (cause, kind), episodes in sorted(excluded.items(), key=lambda item: (-item[1], item[0])):
        yield Excluded(blame=BLAMES.get(cause, "judge"), cause=cause, kind=kind, episodes=episodes)
