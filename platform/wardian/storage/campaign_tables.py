"""The tables of a campaign: its candidates, and the pairs of its gates."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, TypedDict

import pyarrow.parquet as pq

from wardian.storage.schema import Table

__all__ = ["CANDIDATES", "PAIRS", "write_table"]


class CandidateRow(TypedDict):
    """One row for every proposal, also those that nobody spent an episode on."""

    number: Annotated[int, "Of the proposal, from 0."]
    generation: Annotated[int, "From 1."]
    parent: Annotated[str, "Content hash of the version that it was made from."]
    bundle: Annotated[str | None, "Content hash of the version; null where it was refused."]
    cluster: Annotated[str, "The evidence that it answers."]
    component: Annotated[str, "What was changed."]
    edit: Annotated[str | None, "The edit as JSON; null where somebody else than our proposer wrote it."]
    text: Annotated[str | None, "The component as it is then; null where it was refused."]
    refused: Annotated[str | None, "Why no episode was spent on it."]
    rung: Annotated[int, "The last rung of the race that it took part in; 0 for none."]
    pairs: Annotated[int, "Of its race."]
    search_delta: Annotated[float, "The mean difference there: chosen for being large, so too good to be true."]
    gate: Annotated[int | None, "Which gate of the lineage it entered; null for none."]
    cost_usd: Annotated[float | None, "What the proposal cost; null when a price is unknown."]


class PairRow(TypedDict):
    """One row for every draw of a gate; a null result is missing, for somebody else than the agent broke it."""

    number: Annotated[int, "Of the draw, from 0: the order in which the gate looked at them."]
    task_key: Annotated[str, "`ENVIRONMENT/TASK`."]
    seed: Annotated[int, "Of both arms."]
    champion: Annotated[float | None, "What the champion reached."]
    candidate: Annotated[float | None, "What the candidate reached."]
    audit: Annotated[bool, "Whether it was played behind the promotion, on seeds of its own."]


CANDIDATES: Final = Table("candidates", CandidateRow)
PAIRS: Final = Table("pairs", PairRow)


def write_table(table: Table, rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write `rows` as one Parquet file; readers see the old one or the new one."""
    fresh = path.with_suffix(".new")
    pq.write_table(table.arrow(rows), fresh, compression="zstd")
    fresh.replace(path)
