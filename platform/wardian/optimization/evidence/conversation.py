"""A piece of a conversation as lines, cut to what a reflection model should read."""

from collections.abc import Iterator, Sequence
from typing import Final

from wardian.episodes.record import Event

__all__ = ["cut", "piece"]

AROUND: Final = 2
"""Turns before and behind the step in question."""
WIDTHS: Final = (1_200, 600, 300, 150, 75)
"""In bytes: what a line is cut to, the widest that lets the piece fit."""
MARK: Final = ">> "
GAP: Final = "…"


def piece(events: Sequence[Event], position: int | None, size: int) -> str:
    """What was said and done around the event at `position`, which is marked; the end of it where that is None.

    The user's first words come first. One line for each event, no more than `size` bytes in all.
    """
    turns = _turns(events)
    here = turns[-1] if position is None else turns[position]
    near = [place for place, turn in enumerate(turns) if abs(turn - here) <= AROUND and _told(events[place])]
    opening = next((place for place, event in enumerate(events) if event.kind == "said" and _told(event)), None)
    for width in WIDTHS:
        lines = [_line(events[place], width, marked=place == position) for place in near]
        if opening is not None and opening not in near:
            lines = [_line(events[opening], width, marked=False), GAP, *lines]
        text = "\n".join(lines)
        if len(text.encode()) <= size:
            break
    return cut(text, size)


def cut(text: str, size: int) -> str:
    """`text` as it is, or as much of its beginning as `size` bytes hold."""
    data = text.encode("utf-8", "replace")
    if len(data) <= size:
        return data.decode()
    return data[: size - len(GAP.encode())].decode(errors="ignore") + GAP


def _turns(events: Sequence[Event]) -> list[int]:
    """The turn of each event: what the user says belongs to the turn that it answers, the opening to turn 0."""
    turns, turn = list[int](), 0
    for event in events:
        turn = turn if event.kind == "said" else event.turn
        turns.append(turn)
    return turns


def _told(event: Event) -> bool:
    """The pack's policy is known to whoever knows the agent's texts, and a call stands where its answer is."""
    if event.kind == "said":
        return event.speaker == "user"
    return event.kind == "acted" or not event.completion.message.tool_calls


def _line(event: Event, width: int, *, marked: bool) -> str:
    text = " ".join(cut(part, width) for part in _parts(event))
    return f"{MARK if marked else ''}{' '.join(text.split())}"


def _parts(event: Event) -> Iterator[str]:
    if event.kind == "said":
        yield f"user: {event.text}"
    elif event.kind == "asked":
        yield f"agent: {event.completion.message.content}"
    else:
        error = "" if event.observation.error is None else f" (error {event.observation.error})"
        yield f"agent calls {event.call.name} {event.call.arguments}"
        yield f"→{error} {event.observation.text}"
