"""How a reference may go on from the middle of somebody else's episode."""

from collections.abc import Iterator, Sequence

from wardian.base.messages import Message
from wardian.episodes.hindsight.past import Past, same_call
from wardian.simulator.position import locate
from wardian.simulator.script import Script

__all__ = ["Continuation", "continuations"]

Continuation = tuple[Message, ...]
"""What is said and called from there on."""


def continuations(reference: Sequence[Message], past: Past) -> Iterator[Continuation]:
    """The ways to go on that are worth trying, each once, the likeliest first.

    - From where its script stands, as the simulator reads it: a call counts by its tool, a text where one is due.
    - Without the calls that came through with its very arguments (where it makes one of them again, that is because of
      a lost answer), and the texts that led to them. The agent may have said already what leads to the first of the
      rest: so once with all of these texts, and with one fewer each time.
    - The same with the texts that led to calls which are done.
    - Everything from the beginning.
    """
    tried = set[bytes]()
    for way in _ways(reference, past):
        identity = b"\n".join(message.wire for message in way)
        if identity not in tried:
            tried.add(identity)
            yield tuple(way)


def _ways(reference: Sequence[Message], past: Past) -> Iterator[Sequence[Message]]:
    yield _from_here(reference, past)
    rest = _rest(reference, past)
    texts = next((place for place, message in enumerate(rest) if message.tool_calls), len(rest))
    yield from (rest[place:] for place in range(texts + 1))
    yield _rest(reference, past, texts=True)
    yield reference


def _from_here(reference: Sequence[Message], past: Past) -> Sequence[Message]:
    position = locate(Script(reference), past.turns)
    here = position.next_step
    return () if here is None else (here, *reference[position.index + 1 :])


def _rest(reference: Sequence[Message], past: Past, *, texts: bool = False) -> Sequence[Message]:
    rest, before = list[Message](), list[Message]()
    for message in reference:
        if not message.tool_calls:
            before.append(message)
            continue
        undone = _without(message, past.done)
        if undone is not None or texts:
            rest += before
        before = []
        if undone is not None:
            rest.append(undone)
    return [*rest, *before]


def _without(message: Message, done: frozenset[bytes]) -> Message | None:
    """The message without calls that are done; None when nothing is left."""
    calls = tuple(call for call in message.tool_calls if same_call(call) not in done)
    return message.model_copy(update={"tool_calls": calls}) if calls else None
