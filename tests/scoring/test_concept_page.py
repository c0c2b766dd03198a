import re

from support.pages import ROOT

PAGE = ROOT / "docs/concepts/scoring.md"


def test_the_code_on_the_page_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    exec(compile(block, str(PAGE), "exec"), {})
