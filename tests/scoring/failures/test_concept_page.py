"""The page about failures: its code runs, its table is that of the detectors."""

import re
from pathlib import Path

from wardian.scoring.failures.symptom import MEANINGS

PAGE = (Path(__file__).parents[3] / "docs/concepts/failures.md").read_text()


def test_the_code_on_the_page_runs() -> None:
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(compile(block, "failures.md", "exec"), {})


def test_the_table_has_all_detectors() -> None:
    assert dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE)) == MEANINGS
