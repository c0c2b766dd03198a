"""All symptoms of an episode, without a model and without the environment."""

from collections.abc import Callable, Iterable
from typing import Final

from wardian.episodes.record import Episode
from wardian.scoring.failures.calls import invented_tools, misplaced_calls, other_words
from wardian.scoring.failures.case import Case
from wardian.scoring.failures.conduct import dead_ends, loops, made_up_ids
from wardian.scoring.failures.ending import caps, early_ends
from wardian.scoring.failures.symptom import Symptom
from wardian.scoring.failures.verdict import broken_rules, unexplained, wrong_rows

__all__ = ["diagnose"]

DETECTORS: Final[tuple[Callable[[Case], Iterable[Symptom]], ...]] = (
    invented_tools,
    misplaced_calls,
    made_up_ids,
    loops,
    dead_ends,
    early_ends,
    caps,
    broken_rules,
    wrong_rows,
)


def diagnose(episode: Episode, reference: Episode | None = None) -> tuple[Symptom, ...]:
    """What went wrong in `episode`, each thing once, with all its places; also in one that succeeded in the end.

    Args:
        episode: the record. Of one that somebody else than the agent broke, nothing is said.
        reference: the reference's record of the same task. Without it there is no `missing_call` and no `wrong_args`,
            and `wrong_tool` are tools that do not exist.
    """
    if episode.missing:
        return ()
    case = Case.of(episode, reference)
    found = _merged(symptom for detector in DETECTORS for symptom in detector(case))
    if found or case.succeeded:
        return found
    return _merged(other_words(case)) or (unexplained(case),)


def _merged(symptoms: Iterable[Symptom]) -> tuple[Symptom, ...]:
    """Those of one detector about one thing together."""
    places: dict[tuple[str, str, str], Symptom] = {}
    for symptom in symptoms:
        key = symptom.detector, symptom.tool, symptom.about
        known = places.get(key)
        positions = symptom.positions if known is None else (*known.positions, *symptom.positions)
        places[key] = symptom.model_copy(update={"positions": tuple(sorted(set(positions)))})
    return tuple(places.values())
