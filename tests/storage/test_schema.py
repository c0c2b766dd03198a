"""The tables' schema, and its page in the docs."""

import pyarrow as pa
import pytest
from support.pages import ROOT

from wardian.storage.rows import SCHEMA_VERSION
from wardian.storage.schema import TABLES, VERSION_KEY, Table, markdown

PAGE = ROOT / "docs" / "reference" / "schema.md"
EPISODES, STEPS, SCORES = TABLES


def test_page_is_the_generated_one() -> None:
    assert PAGE.read_text() == markdown(), "run: python -m wardian.storage.schema > docs/reference/schema.md"


def test_types_follow_from_the_annotations() -> None:
    assert EPISODES.schema.field("episode_id") == pa.field("episode_id", pa.string(), nullable=False)
    assert EPISODES.schema.field("cost_usd") == pa.field("cost_usd", pa.float64(), nullable=True)
    assert EPISODES.schema.field("outcome").type == pa.string()
    assert EPISODES.schema.field("started_at").type == pa.timestamp("us", tz="UTC")
    assert SCORES.schema.field("evidence").type == pa.list_(pa.int32())


def test_every_table_carries_the_version_and_joins_on_the_episode() -> None:
    for table in TABLES:
        assert table.schema.metadata[VERSION_KEY].decode() == SCHEMA_VERSION
        assert "episode_id" in table.schema.names


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_explained_in_one_line(table: Table) -> None:
    assert all(meaning.endswith(".") and "\n" not in meaning for meaning in table.columns.values())


def test_a_key_left_out_is_null() -> None:
    table = STEPS.arrow([{"episode_id": "e", "step": 0}])
    assert table.column("text").to_pylist() == [None]
    assert table.schema == STEPS.schema
