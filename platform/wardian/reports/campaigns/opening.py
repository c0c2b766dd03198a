"""Where a campaign begins in its prompt's lineage: fixed once, before its first episode, in `lineage.json`.

Alpha is shared by all gates of a prompt, and no gate plays on another one's seeds. So a campaign must know of all
before it, and those after it of how far it may come: one that has not ended is counted with all gates that it may open.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from pydantic import ValidationError

from wardian.base.errors import ConfigError
from wardian.base.frozen import Frozen
from wardian.optimization.campaign.lineage import Lineage
from wardian.optimization.campaign.record import CampaignRecord
from wardian.reports.campaigns.kept import kept
from wardian.runs.folder import RunFolder

__all__ = ["OPENING", "Opening", "Past", "lineage_behind", "opening", "past"]

OPENING: Final = "lineage.json"


class Opening(Frozen):
    """What a campaign found when it began.

    Args:
        prompt: its name in the registry.
        most: gates that it comes to at most.
        lineage: what was before it.
    """

    prompt: str
    most: int
    lineage: Lineage = Lineage()


class Past(Frozen):
    """Another campaign: what it found, and what it has come to; `record` is None as long as nothing is noted."""

    id: str
    opening: Opening
    record: CampaignRecord | None = None

    @property
    def last_gate(self) -> int:
        """The number of the last gate that is or may be its own."""
        played = [] if self.record is None else [gate.verdict.gate for gate in self.record.gates]
        ended = self.record is not None and self.record.stop is not None
        return max([self.opening.lineage.gates, *played]) if ended else self.opening.lineage.gates + self.opening.most


def lineage_behind(before: Iterable[Past]) -> Lineage:
    """The lineage that a campaign begins in which comes after all of `before`."""
    found = {each.id: each for each in before}.values()
    gates = [gate for each in found if each.record is not None for gate in each.record.gates]
    return Lineage(
        gates=max((each.last_gate for each in found), default=0),
        blocks=tuple(sorted({gate.verdict.seeds for gate in gates})),
        uses=dict(sorted(Counter(pair.task for gate in gates for pair in gate.pairs).items())),
    )


def opening(folder: RunFolder) -> Opening | None:
    """What the campaign of a run found; None where none has begun.

    Raises:
        ConfigError: when another version of Wardian wrote what this one cannot read.
    """
    data = folder.store.get(OPENING)
    try:
        return None if data is None else Opening.model_validate_json(data)
    except ValidationError:
        raise ConfigError(f"{folder.store.url}/{OPENING}: not a lineage of this version of Wardian") from None


def past(prompt: str, folders: Iterable[RunFolder]) -> list[Past]:
    """The campaigns of a prompt among runs."""
    found = [(folder, known) for folder in folders if (known := opening(folder)) is not None]
    return [Past(id=folder.id, opening=known, record=kept(folder)) for folder, known in found if known.prompt == prompt]
