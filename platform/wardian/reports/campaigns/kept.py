"""The record of a campaign in its run's store: `campaign.json`."""

from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import ValidationError

from wardian.base.errors import ConfigError
from wardian.optimization.campaign.record import CampaignRecord
from wardian.runs.folder import RunFolder
from wardian.specs.refinement import RefineSpec

__all__ = ["CAMPAIGN", "campaigns", "keep", "kept", "read_record", "reopen"]

CAMPAIGN: Final = "campaign.json"


def keep(folder: RunFolder, record: CampaignRecord) -> CampaignRecord:
    """Let `record` be that of the run, unless it says less than what is there; the record that is kept.

    A campaign that goes on plays its ledger again from the beginning, and is told again what it knew: until it is
    where it was, or at its end, the old record stays.
    """
    before = kept(folder)
    if before is not None and record.stop is None and _reach(before) > _reach(record):
        return before
    folder.store.put(CAMPAIGN, record.model_dump_json(indent=1).encode())
    return record


def reopen(folder: RunFolder, spec: RefineSpec) -> None:
    """Let a campaign that has come to its stop go on with another budget, from now on: whoever looks sees no stop."""
    record = kept(folder)
    if record is not None and record.stop is not None and record.spec != spec:
        again = record.model_copy(update={"spec": spec, "stop": None, "why": ""})
        folder.store.put(CAMPAIGN, again.model_dump_json(indent=1).encode())


def kept(folder: RunFolder) -> CampaignRecord | None:
    """The campaign of a run; None for a run that is none.

    Raises:
        ConfigError: when another version of Wardian wrote what this one cannot read.
    """
    data = folder.store.get(CAMPAIGN)
    return None if data is None else read_record(data, f"{folder.store.url}/{CAMPAIGN}")


def read_record(data: bytes, where: str) -> CampaignRecord:
    """A record as it is kept.

    Raises:
        ConfigError: when another version of Wardian wrote what this one cannot read.
    """
    try:
        return CampaignRecord.model_validate_json(data)
    except ValidationError:
        raise ConfigError(f"{where}: not a campaign of this version of Wardian") from None


def campaigns(folders: Iterable[RunFolder]) -> Iterator[CampaignRecord]:
    """The campaigns among runs, by when they began."""
    found = [record for folder in folders if (record := kept(folder)) is not None]
    return iter(sorted(found, key=lambda record: (record.started_at, record.id)))


def _reach(record: CampaignRecord) -> tuple[int, int, int]:
    """How far a campaign has got."""
    return len(record.gates), len(record.candidates), record.expenses.episodes
