"""Where a campaign begins in its prompt's lineage: fixed once, before its first episode, in `lineage.json`.

Alpha is shared by all gates of a prompt, and no gate plays on another one's seeds. So a campaign must know of all
before it, and those after it of how far it may come: one that has not ended is counted with all gates that it may open,
unless it has entered none and nobody plays it: when it goes on, it looks again.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from pydantic import ValidationError

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.optimization.campaign.lineage import Lineage
from wardian.optimization.campaign.record import CampaignRecord
from wardian.reports.campaigns.kept import kept, read_record
from wardian.runs.folder import RunFolder

__all__ = ["OPENING", "Opening", "Past", "entered_gates", "lineage_behind", "opening", "past", "past_elsewhere"]

OPENING: Final = "lineage.json"
MORE: Final = frozenset({"budget", "wall_clock"})
"""A campaign that ended for one of these goes on when it is given more, and may open all its gates."""


class Opening(Frozen):
    """What a campaign found when it began.

    Args:
        prompt: its name in the registry.
        most: gates that it comes to at most.
        lineage: what was before it.
        unasked: why campaigns that are in a tracker alone are not in it; "" when they are.
    """

    prompt: str
    most: int
    lineage: Lineage = Lineage()
    unasked: str = ""


class Past(Frozen):
    """Another campaign: what it found, and what it has come to; `record` is None as long as nothing is noted."""

    id: str
    opening: Opening
    record: CampaignRecord | None = None
    goes_on: bool = True
    """Whether somebody plays it, for all that is known."""

    @property
    def last_gate(self) -> int:
        """The number of the last gate that is or may be its own."""
        record, before = self.record, self.opening.lineage.gates
        entered = entered_gates(record)
        more = record is None or record.stop is None or record.stop in MORE
        if more and (entered or self.goes_on):
            return before + self.opening.most
        return max([before, *entered])


def entered_gates(record: CampaignRecord | None) -> tuple[int, ...]:
    """The numbers of all gates that a campaign has entered, also of one that nobody finished."""
    if record is None:
        return ()
    candidates = (each.gate for each in record.candidates if each.gate is not None)
    return (*candidates, *(gate.verdict.gate for gate in record.gates))


def lineage_behind(before: Iterable[Past]) -> Lineage:
    """The lineage that a campaign begins in which comes after all of `before`."""
    found = {each.id: each for each in before}.values()
    gates = [gate for each in found if each.record is not None for gate in each.record.gates]
    return Lineage(
        gates=max((each.last_gate for each in found), default=0),
        uses=dict(sorted(Counter(pair.task for gate in gates for pair in gate.pairs).items())),
    )


def opening(folder: RunFolder) -> Opening | None:
    """What the campaign of a run found; None where none has begun.

    Raises:
        ConfigError: when another version of Wardian wrote what this one cannot read.
    """
    data = folder.store.get(OPENING)
    return None if data is None else read_opening(data, f"{folder.store.url}/{OPENING}")


def past(prompt: str, folders: Iterable[RunFolder], goes_on: Callable[[RunFolder], bool]) -> list[Past]:
    """The campaigns of a prompt among runs; `goes_on` says whether somebody plays one."""
    found = [(folder, known) for folder in folders if (known := opening(folder)) is not None]
    return [
        Past(id=folder.id, opening=known, record=kept(folder), goes_on=goes_on(folder))
        for folder, known in found
        if known.prompt == prompt
    ]


def past_elsewhere(name: str, record: bytes | None, opened: bytes | None, *, goes_on: bool) -> Past | None:
    """A campaign whose folder is not here, by what a tracker keeps of it; None when it keeps no file of it.

    Raises:
        ConfigError: when another version of Wardian wrote what this one cannot read.
    """
    known = None if record is None else read_record(record, name)
    if opened is not None:
        return Past(id=name, opening=read_opening(opened, name), record=known, goes_on=goes_on)
    if known is None:
        return None
    first = min((gate.verdict.gate for gate in known.gates), default=1)
    began = Opening(prompt=known.prompt, most=known.spec.search.rounds, lineage=Lineage(gates=first - 1))
    return Past(id=name, opening=began, record=known, goes_on=goes_on)


def read_opening(data: bytes, where: str) -> Opening:
    """An opening as it is kept.

    Raises:
        ConfigError: when another version of Wardian wrote what this one cannot read.
    """
    try:
        return Opening.model_validate_json(data)
    except ValidationError:
        raise ConfigError(f"{where}: not a lineage of this version of Wardian") from None
