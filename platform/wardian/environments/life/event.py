"""Events: what happens in a world by itself, and when."""

from collections.abc import Iterator
from itertools import accumulate, count
from typing import Annotated, Literal

from pydantic import Field, PositiveFloat, PositiveInt

from wardian.base.frozen import Frozen
from wardian.base.identity import random_stream

__all__ = ["Conditional", "Effect", "Event", "Mutation", "News", "Once", "Poisson", "Recurring", "Timed"]


class Mutation(Frozen):
    """The data changes silently: `sql` are statements without results. It is nobody's doing, so no diff shows it.

    `values` are those that this SQL names (`:name`) beside the event's.
    """

    kind: Literal["mutation"] = "mutation"
    sql: tuple[str, ...]
    values: dict[str, str | int | float | None] = {}


class News(Frozen):
    """The agent is told something: at the end of its next observation, or before the user's next words."""

    kind: Literal["notification", "user_message", "policy_update"] = "notification"
    text: str


Effect = Annotated[Mutation | News, Field(discriminator="kind")]


class Once(Frozen):
    """So many virtual minutes after the opening."""

    kind: Literal["once"] = "once"
    after_min: float = Field(ge=0)

    def moments(self, seed: int, name: str) -> Iterator[float]:
        """The one moment."""
        yield self.after_min


class Recurring(Frozen):
    """Again and again; `times` ends it."""

    kind: Literal["recurring"] = "recurring"
    every_min: PositiveFloat
    first_min: float | None = None
    """By default after one interval."""
    times: PositiveInt | None = None

    def moments(self, seed: int, name: str) -> Iterator[float]:
        """One moment after the other."""
        first = self.every_min if self.first_min is None else self.first_min
        for number in range(self.times) if self.times else count():
            yield first + number * self.every_min


class Poisson(Frozen):
    """At moments that nobody can foresee, so many an hour on average; they follow from the episode's seed."""

    kind: Literal["poisson"] = "poisson"
    per_hour: PositiveFloat

    def moments(self, seed: int, name: str) -> Iterator[float]:
        """One moment after the other: what lies between two is exponentially distributed."""
        random = random_stream(seed, "event", name)
        yield from accumulate(60 * random.expovariate(self.per_hour) for _ in count())


class Conditional(Frozen):
    """The first time that the query `sql` has a row, looked at after each call of the agent and each of its texts.

    With `after_min` it happens so many minutes later: somebody answers a while after they were asked.
    """

    kind: Literal["conditional"] = "conditional"
    sql: str
    after_min: float = Field(default=0.0, ge=0)


Timed = Once | Recurring | Poisson


class Event(Frozen):
    """Something that happens by itself. Moments are virtual minutes since the episode's opening.

    When `provided` is a query that has no row at that moment, it does not happen this time: an alert that rings again
    until somebody sees to it. `values` are those that its SQL names (`:name`).
    """

    name: str
    when: Annotated[Timed | Conditional, Field(discriminator="kind")]
    effects: Annotated[tuple[Effect, ...], Field(min_length=1)]
    provided: str = ""
    values: dict[str, str | int | float | None] = {}
