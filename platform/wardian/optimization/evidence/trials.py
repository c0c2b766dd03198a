"""Whether an episode would have succeeded without a mistake that was made in it."""

from typing import Literal

from wardian.base.errors import Failure, boundary
from wardian.base.frozen import Frozen
from wardian.episodes.hindsight.rerun import Rerun
from wardian.optimization.evidence.attempts import Attempt, Attempts
from wardian.optimization.evidence.reading import Reading
from wardian.optimization.evidence.worlds import Worlds
from wardian.scoring.failures.symptom import TEXT, Symptom

__all__ = ["Outcome", "Trial", "try_all"]

Outcome = Literal["flipped", "stayed", "untold", "untried"]


class Trial(Frozen):
    """What came of putting one mistake right.

    Args:
        symptom: the mistake.
        outcome: whether the episode succeeded then; `untold` where nobody could try, `untried` where nobody did.
        position: where in the events it was put right.
        mended: how, in words.
        decisive: whether the reference still succeeds before that place and no longer behind it.
    """

    symptom: Symptom
    outcome: Outcome
    position: int | None = None
    mended: str = ""
    decisive: bool = False


async def try_all(reading: Reading, worlds: Worlds) -> tuple[Trial, ...]:
    """One trial for each symptom of a failed episode; nothing that a world does raises.

    It ends with as many tries as `Rerun` allows, and not by a clock: a slow machine comes to the same.
    Where mending none of them helps, and there is a step with which the episode was lost, one for that.
    """
    broken, trials = list[Failure](), list[Trial]()
    with boundary(broken.append, cause="environment"):
        world = worlds.world(reading.episode)
        if not isinstance(world, str):
            rerun = await Rerun.of(reading.episode, world.make, world.reference)
            await _try(reading, Attempts(reading, rerun), rerun, trials)
    untold = reading.symptoms[len(trials) :]
    return (*trials, *(Trial(symptom=symptom, outcome="untold") for symptom in untold))


async def _try(reading: Reading, attempts: Attempts, rerun: Rerun, trials: list[Trial]) -> None:
    """Fills `trials` one by one: those that there are when a world breaks stand."""
    for number, symptom in enumerate(reading.symptoms):
        trials.append(await _trial(symptom, await attempts.mend(number), rerun))
    lost = None if any(trial.outcome == "flipped" for trial in trials) else await rerun.decisive(limited=False)
    if lost is not None:
        unseen = _step(reading, lost)
        trials.append(await _trial(unseen, await attempts.guide(unseen), rerun))


async def _trial(symptom: Symptom, attempt: Attempt | None, rerun: Rerun) -> Trial:
    if attempt is None:
        return Trial(symptom=symptom, outcome="stayed" if await rerun.hopeful() else "untold")
    lost = attempt.position is not None and await rerun.lost_at(attempt.position) is not None
    return Trial(symptom=symptom, outcome="flipped", position=attempt.position, mended=attempt.mended, decisive=lost)


def _step(reading: Reading, position: int) -> Symptom:
    """The step with which the episode was lost and that no rule suspects."""
    event = reading.episode.events[position]
    tool, about = (event.call.name, "") if event.kind == "acted" else ("", TEXT)
    return Symptom(detector="decisive_step", tool=tool, about=about, positions=(position,))
