"""Scorers of users' own, and how they score together with ours."""

import inspect
import math
import operator
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Annotated, Final, Protocol

from pydantic import Field

from wardian.base.errors import Failure, WardianError, boundary
from wardian.base.frozen import Frozen
from wardian.episodes.record import Episode
from wardian.scoring.metric import Metric
from wardian.scoring.score import Score
from wardian.scoring.trajectory import TrajectoryScorer

__all__ = ["OwnScorer", "ScorerCard", "Scorers", "UserScorer"]

PART: Final = r"^[A-Za-z0-9][\w.+-]{0,63}$"
"""Names and versions stand together as NAME@VERSION."""


class UserScorer(Protocol):
    """What a user writes: a class without arguments, or an object. It may have a `name` and a `version`."""

    @property
    def metrics(self) -> Sequence[Metric]:
        """What its numbers are."""
        ...

    def score(self, episode: Episode) -> Sequence[Score] | Awaitable[Sequence[Score]]:
        """Scores of its `metrics`; a coroutine function is welcome."""
        ...


class ScorerCard(Frozen):
    """What a run remembers of a scorer, so that its numbers can be read without its code."""

    name: Annotated[str, Field(pattern=PART)]
    version: Annotated[str, Field(pattern=PART)] = "1"
    metrics: Annotated[tuple[Metric, ...], Field(min_length=1)]


class ScorerFault(WardianError):
    """A scorer broke, or what it gave is no score of its own."""

    cause = "grader"


class OwnScorer:
    """A user's scorer under its card.

    Args:
        card: its name, version and metrics.
        scorer: what the user wrote.
    """

    def __init__(self, card: ScorerCard, scorer: UserScorer) -> None:
        self.card = card
        self._scorer = scorer
        self._metrics = {metric.name: metric for metric in card.metrics}

    async def score(self, episode: Episode) -> list[Score]:
        """Its scores, signed.

        Raises:
            ScorerFault: when it raises, or gives what is no score.
        """
        failures: list[Failure] = []
        with boundary(failures.append, cause="grader"):
            answer = self._scorer.score(episode)
            given = await answer if inspect.isawaitable(answer) else answer
            return [self._signed(score, len(episode.events)) for score in given]
        raise ScorerFault(f"scorer {self.card.name}: {failures[0].message}")

    def _signed(self, score: Score, events: int) -> Score:
        """The same with who gave it; a number must be one, evidence must be there, and a record must take its text."""
        if not isinstance(score, Score):
            raise TypeError(f"it gave {type(score).__name__} instead of a Score")
        if score.metric not in self._metrics:
            raise ValueError(f"{score.metric} is none of its metrics")
        value = None if score.value is None else float(score.value)
        if value is not None:
            _check_range(self._metrics[score.metric], value)
        evidence = tuple(map(operator.index, score.evidence))
        if any(not 0 <= position < events for position in evidence):
            raise ValueError(f"the evidence of {score.metric} is no position in the events")
        _check_explanation(score)
        return replace(score, value=value, evidence=evidence, scorer=f"{self.card.name}@{self.card.version}")


def _check_range(metric: Metric, value: float) -> None:
    if not math.isfinite(value):
        raise ValueError(f"{metric.name} is {value}")
    if value < metric.low:
        raise ValueError(f"{metric.name} is {value:g}, below its `low` of {metric.low:g}")
    if metric.high is not None and value > metric.high:
        raise ValueError(f"{metric.name} is {value:g}, above its `high` of {metric.high:g}")


def _check_explanation(score: Score) -> None:
    if not isinstance(score.explanation, str):
        raise TypeError(f"the explanation of {score.metric} is {type(score.explanation).__name__} instead of a str")
    try:
        score.explanation.encode()
    except UnicodeEncodeError:
        raise ValueError(f"the explanation of {score.metric} has a lone surrogate") from None


class Scorers:
    """A `Scorer`: our trajectory metrics first, then what users add."""

    def __init__(self, own: Sequence[OwnScorer] = ()) -> None:
        self._trajectory = TrajectoryScorer()
        self._own = own

    @property
    def cards(self) -> tuple[ScorerCard, ...]:
        """Of the users' scorers."""
        return tuple(each.card for each in self._own)

    async def score(self, episode: Episode) -> Sequence[Score]:
        """All scores of `episode`; none for one that is missing.

        Raises:
            ScorerFault: when a user's scorer breaks.
        """
        scores = list(await self._trajectory.score(episode))
        for each in () if episode.missing else self._own:
            scores += await each.score(episode)
        return scores
