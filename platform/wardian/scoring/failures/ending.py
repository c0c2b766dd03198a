"""How the episode came to its end."""

from collections.abc import Iterator

from wardian.scoring.failures.case import Case
from wardian.scoring.failures.symptom import Symptom

__all__ = ["caps", "early_ends"]


def caps(case: Case) -> Iterator[Symptom]:
    """`turn_cap`, about the limit."""
    stop = case.walk.episode.stop
    if stop not in ("finished", "failed") and not case.succeeded:
        yield Symptom(detector="turn_cap", about=stop, positions=_last(case))


def early_ends(case: Case) -> Iterator[Symptom]:
    """`premature_stop`: the agent broke off, or the conversation was over and the end of the work was not there.

    With a reference: nothing stands for the last of its calls that are undone. Without one, fewer calls came through
    than the reference makes, and what was to be changed is not.
    """
    episode = case.walk.episode
    if episode.failure is not None:
        yield Symptom(detector="premature_stop", about=episode.failure.kind, positions=_last(case))
    elif episode.stop == "finished" and not case.succeeded and _unfinished(case):
        yield Symptom(detector="premature_stop", positions=_last(case))


def _unfinished(case: Case) -> bool:
    if case.reference is not None:
        return bool(case.undone) and case.undone[-1][1] is None
    findings = case.walk.episode.findings
    if findings is None or (findings.expected and not case.missing):
        return False
    return sum(not step.failed for step in case.walk.steps) < findings.reference_calls


def _last(case: Case) -> tuple[int, ...]:
    return (len(case.walk.episode.events) - 1,) if case.walk.episode.events else ()
