"""Floors: the linter's contracts hold, name every floor, and can fail."""

import subprocess
import sys
import tomllib
from pathlib import Path

from support.pages import ROOT


def _lint(config: Path) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).parent / "lint-imports"
    return subprocess.run([script, "--config", config, "--no-cache"], capture_output=True, text=True, cwd=ROOT)


def test_imports_only_go_down() -> None:
    done = _lint(ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stdout


def test_the_contract_can_fail(tmp_path: Path) -> None:
    """With two floors exchanged the same linter must complain: it really reads our imports."""
    text = (ROOT / "pyproject.toml").read_text()
    swapped = text.replace('  "specs",\n  "base",\n', '  "base",\n  "specs",\n')
    assert swapped != text
    config = tmp_path / "pyproject.toml"
    config.write_text(swapped)
    assert _lint(config).returncode != 0


def test_every_floor_is_a_package_with_a_purpose() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    assert contract["exhaustive"]
    floors = [floor.strip() for layer in contract["layers"] for floor in layer.split("|")]
    for floor in floors:
        package = ROOT / "platform" / "wardian" / floor
        source = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
        assert source.read_text().startswith('"""'), floor
