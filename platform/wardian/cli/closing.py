"""`wardian cancel` of a campaign: what it has not opened of its prompt's lineage is free again."""

import typer

from wardian.base.errors import ConfigError
from wardian.cli.detached import goes_on, stop
from wardian.reports.campaigns.kept import keep, kept
from wardian.reports.campaigns.opening import MORE, entered_gates
from wardian.runs.folder import RunFolder
from wardian.runs.purpose import purpose_of

__all__ = ["cancel_run", "check_open"]


def cancel_run(folder: RunFolder) -> None:
    """Stop a run at once; a campaign that has not come to its end is closed as well, played or not.

    Raises:
        ConfigError: when nobody plays it, and there is nothing to close.
        InfraError: when it goes on all the same.
    """
    record = kept(folder) if purpose_of(folder.store) == "refine" else None
    played = goes_on(folder)
    if played or record is None or not (record.stop is None or record.stop in MORE):
        stop(folder, "cancel")
        record = kept(folder) if purpose_of(folder.store) == "refine" else None
    if record is not None and (record.stop is None or record.stop in MORE):
        keep(folder, record.model_copy(update={"stop": "cancelled", "why": "somebody gave it up"}))
        count = len(set(entered_gates(record)))
        gates = {0: "no gate", 1: "1 gate"}.get(count, f"{count} gates")
        typer.echo(f"{folder.id}: closed; it counts {gates} in its prompt's lineage")


def check_open(folder: RunFolder) -> None:
    """See that a campaign was not given up: the gates that it had before it may be those of others by now.

    Raises:
        ConfigError: when it was.
    """
    record = kept(folder)
    if record is not None and record.stop == "cancelled":
        raise ConfigError(f"{folder.id}: was closed by `wardian cancel`; `wardian refine CONFIG` begins a new campaign")
