"""What an agent should have said and done in place of what it did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from wardian.base.messages import Message
from wardian.episodes.record import Episode

__all__ = ["Mending"]

Messages = tuple[Message, ...]


@dataclass(frozen=True)
class Mending:
    """Changes of an agent's actions, which are its tool calls and its texts to the user.

    Args:
        instead: by position in `Episode.events`: what is done in place of the action there; () leaves it out.
        before: what is done before the action there; behind the last one where that is the number of events.
    """

    instead: Mapping[int, Messages] = field(default_factory=dict)
    before: Mapping[int, Messages] = field(default_factory=dict)

    @property
    def begin(self) -> int:
        """The first place that it changes."""
        return min((*self.instead, *self.before))

    @property
    def empty(self) -> bool:
        """Whether it changes nothing."""
        return not self.instead and not self.before

    def __or__(self, other: "Mending") -> "Mending":
        """Both; where both say what is done in place of an action, what this one says."""
        before = dict(self.before)
        for place, messages in other.before.items():
            known = before.get(place, ())
            before[place] = (*known, *(message for message in messages if message not in known))
        return Mending({**other.instead, **self.instead}, before)

    def __sub__(self, other: "Mending") -> "Mending":
        """This without what `other` changes."""
        instead = {place: messages for place, messages in self.instead.items() if place not in other.instead}
        left = {
            place: tuple(message for message in messages if message not in other.before.get(place, ()))
            for place, messages in self.before.items()
        }
        return Mending(instead, {place: messages for place, messages in left.items() if messages})

    def applied(self, episode: Episode) -> Iterator[Message]:
        """What the agent does from the first change on."""
        for place in range(self.begin, len(episode.events)):
            own = _action(episode, place)
            if own is not None:
                yield from self.before.get(place, ())
                yield from self.instead.get(place, (own,))
        yield from self.before.get(len(episode.events), ())


def _action(episode: Episode, place: int) -> Message | None:
    """What the agent did in the event there, if that is an action."""
    event = episode.events[place]
    if event.kind == "acted":
        return Message(role="assistant", tool_calls=(event.call,))
    if event.kind == "asked" and not event.completion.message.tool_calls:
        return Message(role="assistant", content=event.completion.message.content)
    return None
