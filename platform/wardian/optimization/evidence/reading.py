"""An episode that was read for its mistakes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wardian.episodes.record import Episode
from wardian.optimization.evidence.worlds import Worlds
from wardian.scoring.failures.case import Case
from wardian.scoring.failures.diagnosis import diagnose
from wardian.scoring.failures.symptom import Detector, Symptom
from wardian.scoring.score import Scored

__all__ = ["Reading", "read"]

Order = tuple[int, str, int, str, str]

EXPLAINING: Final[frozenset[Detector]] = frozenset({"wrong_tool", "missing_call", "wrong_args", "premature_stop"})
"""What a wrong final state comes from."""


@dataclass(frozen=True)
class Reading:
    """An episode beside the reference's record of its task, if there is one, with what went wrong in it.

    A final state that is wrong is a mistake where nothing explains it; elsewhere it is what another one has led to.
    """

    episode: Episode
    reference: Episode | None
    symptoms: tuple[Symptom, ...]

    @cached_property
    def case(self) -> Case:
        """Both records, taken apart."""
        return Case.of(self.episode, self.reference)

    @property
    def succeeded(self) -> bool:
        """Whether all required checks passed."""
        return self.case.succeeded

    @property
    def order(self) -> Order:
        """Where it stands among others, whatever the order in which they were played: each task once, then again."""
        spec = self.episode.spec
        return spec.repeat, spec.task_key, spec.seed, spec.agent.name, spec.key


async def read(episodes: Sequence[Scored], worlds: Worlds) -> list[Reading]:
    """Those of `episodes` that somebody has a score of, each as it was played last, in an order of their own.

    What somebody else than the agent broke says nothing about the agent: its users, the environment, a provider, the
    machines, a judge.
    """
    known = sorted((each.episode for each in episodes if _tells(each)), key=lambda one: (one.attempt, one.started_at))
    told = {episode.spec.key: episode for episode in known}
    readings = [await _read(episode, worlds) for episode in told.values()]
    return sorted(readings, key=lambda reading: reading.order)


def _tells(scored: Scored) -> bool:
    return not scored.episode.missing and scored.failure is None


async def _read(episode: Episode, worlds: Worlds) -> Reading:
    if Case.of(episode).succeeded:
        return Reading(episode, None, ())
    reference = await worlds.record(episode.spec)
    return Reading(episode, reference, _causes(diagnose(episode, reference)))


def _causes(symptoms: tuple[Symptom, ...]) -> tuple[Symptom, ...]:
    explained = any(symptom.detector in EXPLAINING for symptom in symptoms)
    return tuple(symptom for symptom in symptoms if not (explained and symptom.detector == "bad_final_state"))
