"""What went wrong in single episodes, each beside the reference's record where that says more."""

from dataclasses import dataclass

from wardian.reports.failures.hindsights import Hindsights
from wardian.reports.failures.references import References
from wardian.scoring.failures.decisive import decisive
from wardian.scoring.failures.diagnosis import diagnose
from wardian.scoring.failures.symptom import Symptom
from wardian.scoring.hallucination import UNGROUNDED_ARGS
from wardian.scoring.outcome import SUCCESS
from wardian.scoring.score import Scored

__all__ = ["Diagnosed", "Diagnoses"]


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """An episode with its symptoms. `referenced`: whether it was held against the reference's record."""

    scored: Scored
    symptoms: tuple[Symptom, ...]
    referenced: bool


class Diagnoses:
    """Reads episodes for their symptoms.

    Args:
        references: of their tasks.
        hindsights: what looking back at them has shown, as far as somebody has.
    """

    def __init__(self, references: References, hindsights: Hindsights | None = None) -> None:
        self._references = references
        self._hindsights = hindsights or Hindsights()

    async def of(self, scored: Scored) -> Diagnosed:
        """The symptoms of an episode; the reference is only played for what needs it."""
        reference = await self._references.record(scored.episode.spec) if _open_question(scored) else None
        symptoms, hindsight = diagnose(scored.episode, reference), self._hindsights.known(scored.episode)
        if hindsight is not None:
            symptoms = (*symptoms, *decisive(scored.episode, hindsight, symptoms))
        return Diagnosed(scored, symptoms, reference is not None)


def _open_question(scored: Scored) -> bool:
    """Whether the record alone does not say whether something was wrong."""
    return not scored.value(SUCCESS.name) or bool(scored.value(UNGROUNDED_ARGS.name))
