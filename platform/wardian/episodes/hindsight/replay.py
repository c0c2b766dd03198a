"""An episode's record, played again in its environment."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from wardian.environments.environment import Environment
from wardian.episodes.hindsight.past import Past
from wardian.episodes.record import Acted, Asked, Episode, Event

__all__ = ["Diverged", "Moment", "replayed"]


class Diverged(Exception):
    """The environment does not answer as it did when the record was made."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The world behind an event of the record; `position` is None for the opening.

    `world` is None when the event ended the episode: nobody can go on from there.
    """

    position: int | None
    world: bytes | None
    past: Past


async def replayed(episode: Episode, environment: Environment) -> AsyncIterator[Moment]:
    """Every moment in which the agent could have done something else, in order.

    Raises:
        Diverged: as soon as a digest or a text is another one.
    """
    opening = await environment.open(episode.spec.seed)
    _same(environment.digest(), episode.opening_digest)
    yield Moment(None, environment.snapshot(), past := Past())
    for position, event in enumerate(episode.events[len(opening) :], len(opening)):
        if event.kind == "acted":
            past = await _act(event, environment, past)
            yield Moment(position, environment.snapshot(), past)
        elif event.kind == "asked" and not event.completion.message.tool_calls:
            following = episode.events[position + 1 :][:1]
            goes_on = await _say(event, following, environment)
            past = past.said(event.completion.message.content)
            yield Moment(position, environment.snapshot() if goes_on else None, past)


async def _act(event: Acted, environment: Environment, past: Past) -> Past:
    observation = await environment.call(event.call)
    _same(environment.digest(), event.digest)
    _same(observation.text, event.observation.text)
    return past.acted(event.call, event.observation)


async def _say(event: Asked, following: tuple[Event, ...], environment: Environment) -> bool:
    """Whether the user stays, who must say what they said then."""
    answer = await environment.reply(event.completion.message.content)
    told = following[0].text if following and following[0].kind == "said" else None
    _same(answer, told)
    return answer is not None


def _same(now: object, then: object) -> None:
    if now != then:
        raise Diverged
