"""What a sweep leaves in its run: `sweep.json` for those who go on from it, `sweep.md` for people."""

from collections.abc import Iterable
from typing import Final

from pydantic import ValidationError

from wardian.base.errors import ConfigError
from wardian.optimization.sweeps.record import SweepRecord
from wardian.reports.markdown import sections_markdown
from wardian.reports.sweep.reckoning import sweep_report
from wardian.reports.sweep.sections import sweep_sections
from wardian.reports.sweep.standing import SweepReport
from wardian.runs.folder import RunFolder
from wardian.scoring.result import Result

__all__ = ["PAGE", "RECORD", "keep", "kept", "report_of"]

RECORD: Final = "sweep.json"
PAGE: Final = "sweep.md"


def keep(folder: RunFolder, record: SweepRecord) -> None:
    """Let `record` be that of the run, unless it says less than what is there: a sweep that goes on tells it again."""
    before = kept(folder)
    if before is None or len(before.blocks) <= len(record.blocks):
        folder.store.put(RECORD, record.model_dump_json(indent=1).encode())


def kept(folder: RunFolder) -> SweepRecord | None:
    """The sweep of a run; None for a run that is none, or has no whole block yet.

    Raises:
        ConfigError: when another version of Wardian wrote what this one cannot read.
    """
    data = folder.store.get(RECORD)
    try:
        return None if data is None else SweepRecord.model_validate_json(data)
    except ValidationError:
        raise ConfigError(f"{folder.store.url}/{RECORD}: not a sweep of this version of Wardian") from None


def report_of(folder: RunFolder, record: SweepRecord, results: Iterable[Result]) -> SweepReport:
    """The report of the sweep in `folder`, which is left there as Markdown too."""
    report = sweep_report(folder.id, record, results)
    (folder.path / PAGE).write_text(sections_markdown(sweep_sections(report)), encoding="utf-8")
    return report
