"""The configs in docs/guides/own-endpoint.md load, and what the page says of errors is so."""

import re
from pathlib import Path

import pytest
from support.pages import ROOT

from wardian.base.errors import ConfigError
from wardian.specs.load import load

GUIDE = (ROOT / "docs" / "guides" / "own-endpoint.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split()[1])
def test_configs_load(block: str, tmp_path: Path) -> None:
    path = tmp_path / "first.yaml"
    path.write_text(block, encoding="utf-8")
    job = load(path, environ={})
    assert job.models
    assert not job.simulated


def test_a_literal_key_is_refused_in_the_words_of_the_guide(tmp_path: Path) -> None:
    path = tmp_path / "first.yaml"
    path.write_text(BLOCKS[0].replace("    api_key_env:", "    api_key: abc\n    api_key_env:"), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, environ={})
    printed = re.search(r"^(first\.yaml:\d+: .*?)…$", GUIDE, re.MULTILINE)
    assert printed is not None
    assert printed[1] in str(caught.value)
