"""Gold items out of a file."""

from pathlib import Path

import pytest
from support.pages import ROOT

from wardian.base.errors import ConfigError
from wardian.reports.judging.gold import read_gold

GUIDE = ROOT / "docs" / "guides" / "fusion-bench.md"


def test_the_guides_lines_are_items(tmp_path: Path) -> None:
    lines = [line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith('{"prompt"')]
    file = tmp_path / "gold.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    several, none, unmarked = read_gold(file)
    assert [item.id for item in (several, none, unmarked)] == ["1", "2", "3"]
    assert [item.mixed for item in (several, none, unmarked)] == [True, False, False]
    assert several.candidates[2].source == "bright"
    assert (none.right, unmarked.right) == ((), None)


def test_an_id_is_there_once(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    line = '{"id": "x", "prompt": "?", "candidates": ["a", "b"], "right": [0]}'
    file.write_text(f"{line}\n{line}")
    with pytest.raises(ConfigError, match=r"gold\.jsonl:2: the id 'x' is there already"):
        read_gold(file)
