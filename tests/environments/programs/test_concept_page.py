"""The pack of docs/concepts/programs.md works as written: its Python (```python) is certified."""

import re
from pathlib import Path

from support.pages import ROOT

from wardian.certification.certify import certify
from wardian.environments.packs import load_pack
from wardian.specs.environments import EnvironmentSpec

PAGE = ROOT / "docs" / "concepts" / "programs.md"


async def test_the_pack_of_the_page_is_certified(tmp_path: Path) -> None:
    folder = tmp_path / "pantry"
    folder.mkdir()
    (folder / "pack.yaml").write_text('name: pantry\nversion: "1"\n', encoding="utf-8")
    (module,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (folder / "environment.py").write_text(module, encoding="utf-8")
    certificate = await certify(load_pack(EnvironmentSpec(pack="pantry"), [tmp_path]), {}, "files")
    assert [each.task for each in certificate.tasks] == ["refill_beans", "refill_rice", "refill_salt"]
    assert certificate.holds
