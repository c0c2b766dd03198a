"""Whether the order of independent calls decides anything: an agent cannot know which of two it should make first."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from wardian.base.messages import Message, ToolCall
from wardian.certification.trial import changes, tried
from wardian.environments.observation import Observation
from wardian.environments.pack import Pack, TaskCard
from wardian.episodes.record import Episode

__all__ = ["order_dependent"]


async def order_dependent(pack: Pack, card: TaskCard, record: Episode) -> tuple[str, ...]:
    """Neighbouring writes of the reference to different rows that see the same in either order, and lead elsewhere.

    What a rule says about order ("identify before you look") is no state, and stays allowed. Of packs that do not say
    what a call has changed, nothing is known.

    Args:
        pack: with the task.
        card: the task.
        record: of the reference.
    """
    before = {acted.call.id: acted.observation for acted in record.acted}
    found = []
    for first, second, script in _swapped(pack.reference(card.id)):
        if not _apart(before.get(first.id), before.get(second.id)):
            continue
        other = await tried(pack, card, script)
        after = {acted.call.id: acted.observation.text for acted in other.acted}
        same = all(call.id in after and after[call.id] == before[call.id].text for call in (first, second))
        if same and changes(other) != changes(record):
            found.append(f"{first.name}, {second.name}")
    return tuple(found)


def _apart(one: Observation | None, other: Observation | None) -> bool:
    """Whether both have changed something, and no row in common."""
    if one is None or other is None:
        return False
    rows = [{(change.table, change.key) for change in each.changes} for each in (one, other)]
    return bool(rows[0] and rows[1]) and not rows[0] & rows[1]


def _swapped(reference: Sequence[Message]) -> Iterator[tuple[ToolCall, ToolCall, list[Message]]]:
    """The script once for every two messages with one call each that follow each other, in the other order."""
    for number, (one, other) in enumerate(pairwise(reference)):
        if len(one.tool_calls) == len(other.tool_calls) == 1:
            script = [*reference[:number], other, one, *reference[number + 2 :]]
            yield one.tool_calls[0], other.tool_calls[0], script
