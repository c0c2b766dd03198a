"""When a stage's answer is good enough."""

from collections.abc import Callable, Sequence
from typing import Protocol

from wardian.base.fused import Answer, Tally
from wardian.fusion.call import FusionCall
from wardian.fusion.collection import undecided
from wardian.fusion.judging.scoring import Scorer
from wardian.fusion.seats import Seat
from wardian.fusion.tally import Count
from wardian.fusion.verifiers import Verifiers

__all__ = ["Acceptance", "Agreed", "Anything", "Scored", "Verified"]


class Acceptance(Protocol):
    """Decides whether the next stage is needed."""

    def decided(self, answers: Sequence[Answer], missing: int) -> bool:
        """Whether a stage's first answers settle it, whatever the so many that are missing will say."""
        ...

    async def accepted(self, call: FusionCall, answers: Sequence[Answer]) -> Answer | None:
        """The one of a stage's usable `answers` that is good enough; None when none is.

        Raises:
            ModelError: as `FusionCall.check` does.
        """
        ...


class _Whole:
    """Takes all answers of a stage."""

    def decided(self, answers: Sequence[Answer], missing: int) -> bool:
        """Only its end settles it."""
        return undecided(answers, missing)


class Anything(_Whole):
    """The plurality's answer, whatever it is."""

    async def accepted(self, call: FusionCall, answers: Sequence[Answer]) -> Answer | None:
        """The first of those that most gave."""
        del call
        return Count(answers).leader


class Agreed:
    """So many of a stage say the same.

    Args:
        count: how many.
    """

    def __init__(self, count: int) -> None:
        self._count = count

    def decided(self, answers: Sequence[Answer], missing: int) -> bool:
        """Whether enough agree, or not enough can any more."""
        most = max((len(tally.seats) for tally in _votes(answers)), default=0)
        return most >= self._count or most + missing < self._count

    async def accepted(self, call: FusionCall, answers: Sequence[Answer]) -> Answer | None:
        """The answer on which enough agree."""
        del call
        agreed = next((tally for tally in _votes(answers) if len(tally.seats) >= self._count), None)
        return None if agreed is None else next(answer for answer in answers if answer.key == agreed.key)


class Verified(_Whole):
    """An answer passes a verifier; of several that do, the one that most gave.

    Args:
        verifier: `schema`, or a function of the user's as `package.module:name`.
    """

    def __init__(self, verifier: str) -> None:
        self._verifiers = Verifiers([verifier])

    async def accepted(self, call: FusionCall, answers: Sequence[Answer]) -> Answer | None:
        """The best of those that pass."""
        passed = self._verifiers.sift(answers, call)
        return Count(passed).leader if passed else None


class Scored(_Whole):
    """Somebody gives the plurality's answer a score that is high enough.

    Args:
        scorer: asks for it.
        who: the one who is asked about an answer.
        at_least: how high, from 0 to 1.
    """

    def __init__(self, scorer: Scorer, who: Callable[[Answer], Seat], at_least: float) -> None:
        self._scorer = scorer
        self._who = who
        self._at_least = at_least

    async def accepted(self, call: FusionCall, answers: Sequence[Answer]) -> Answer | None:
        """The plurality's answer, if its score is high enough; one that cannot be read is not."""
        answer = Count(answers).leader
        score = await self._scorer.score(call, self._who(answer), answer)
        return answer if score is not None and score >= self._at_least else None


def _votes(answers: Sequence[Answer]) -> Sequence[Tally]:
    usable = [answer for answer in answers if answer.ok]
    return Count(usable).tallies if usable else ()
