"""The pack of docs/guides/declarative-packs.md works as written: its two files are a certified pack."""

import re
from pathlib import Path

import pytest
from support.pages import ROOT

from wardian.base.errors import ConfigError
from wardian.certification.certify import certify
from wardian.environments.packs import load_pack
from wardian.specs.environments import EnvironmentSpec

GUIDE = ROOT / "docs" / "guides" / "declarative-packs.md"


def shed(root: Path, old: str = "", new: str = "") -> None:
    folder = root / "toolshed"
    folder.mkdir()
    text = GUIDE.read_text(encoding="utf-8")
    for name in ("pack.yaml", "world.yaml"):
        (block,) = re.findall(rf"`{name}`:\n\n```yaml\n(.*?)```", text, re.DOTALL)
        (folder / name).write_text(block.replace(old, new) if old else block, encoding="utf-8")


async def test_the_pack_of_the_page_is_certified(tmp_path: Path) -> None:
    shed(tmp_path)
    certificate = await certify(load_pack(EnvironmentSpec(pack="toolshed"), [tmp_path]), {}, "files")
    assert len(certificate.tasks) == 8
    assert not [each for each in certificate.tasks if each.problems]
    assert certificate.holds


def test_the_mistake_of_the_page_is_told_as_it_says(tmp_path: Path) -> None:
    shed(tmp_path, "by: [state]", "by: [stat]")
    with pytest.raises(ConfigError) as caught:
        load_pack(EnvironmentSpec(pack="toolshed"), [tmp_path])
    assert str(caught.value).replace(str(tmp_path), "envs") in GUIDE.read_text(encoding="utf-8")
