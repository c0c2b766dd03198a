"""Packs are found, their knobs checked, their modules loaded; every mistake is one line."""

from pathlib import Path

import pytest

from wardian.base.errors import ConfigError
from wardian.environments.packs import available_packs, bundled_roots, load_pack
from wardian.specs.environments import EnvironmentSpec, KnobValue

MANIFEST = """
name: tiny
version: "1"
knobs:
  rows: {default: 3, min: 1, max: 9}
  noise: {default: 0.5, min: 0, max: 1}
  mood: {default: calm, choices: [calm, angry]}
  loud: {default: false}
"""
MODULE = """
from wardian.environments.pack import Pack
from .rows import TASKS

class Tiny(Pack):
    def __init__(self, context):
        self.name, self.version, self.digest = "tiny", "1", context.digest
        self.knobs = context.knobs
    def tasks(self): return TASKS
    def environment(self, task): raise NotImplementedError
    def reference(self, task): return ()

def open_pack(context): return Tiny(context)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "envs" / "tiny"
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(MANIFEST)
    (folder / "environment.py").write_text(MODULE)
    (folder / "rows.py").write_text("TASKS = ()\n")
    return tmp_path / "envs"


def spec(pack: str = "tiny", **knobs: KnobValue) -> EnvironmentSpec:
    return EnvironmentSpec(pack=pack, knobs=knobs)


def test_a_pack_is_loaded_with_its_knobs_and_neighbours(root: Path) -> None:
    pack = load_pack(spec(rows=5, noise=1), [root])
    assert pack.name == "tiny"
    assert vars(pack)["knobs"] == {"rows": 5, "noise": 1.0, "mood": "calm", "loud": False}
    assert len(pack.digest) == 32


def test_the_digest_follows_files_and_knobs_and_nothing_else(root: Path) -> None:
    first = load_pack(spec(), [root]).digest
    (root / "tiny" / "__pycache__").mkdir(exist_ok=True)
    (root / "tiny" / "__pycache__" / "x.pyc").write_bytes(b"1")
    assert load_pack(spec(rows=3), [root]).digest == first
    assert load_pack(spec(rows=4), [root]).digest != first
    (root / "tiny" / "rows.py").write_text("TASKS = ()  # edited\n")
    assert load_pack(spec(), [root]).digest != first


def test_the_first_root_wins(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "tiny"
    other.mkdir(parents=True)
    (other / "pack.yaml").write_text(MANIFEST)
    assert available_packs([root, tmp_path / "other"]) == {"tiny": root / "tiny"}


def test_bundled_packs_are_found_from_a_checkout() -> None:
    assert any(root.name == "envs" for root in bundled_roots())


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (spec("tinny"), "there is no environment pack 'tinny'; did you mean 'tiny'?"),
        (spec("zzz"), "there is no environment pack 'zzz'; valid: tiny"),
        (spec(row=3), "pack 'tiny' has no knob 'row'; did you mean 'rows'?"),
        (spec(rows="many"), "pack 'tiny', knob 'rows': 'many' is not a whole number"),
        (spec(rows=True), "pack 'tiny', knob 'rows': True is not a whole number"),
        (spec(rows=10), "pack 'tiny', knob 'rows': 10 is not in 1..9"),
        (spec(noise=-0.1), "pack 'tiny', knob 'noise': -0.1 is not in 0..1"),
        (spec(mood="sad"), "pack 'tiny', knob 'mood': 'sad' is not one of calm, angry"),
        (spec(loud="yes"), "pack 'tiny', knob 'loud': 'yes' is not true or false"),
    ],
)
def test_wrong_names_and_knobs_are_one_line(root: Path, wrong: EnvironmentSpec, line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_pack(wrong, [root])
    assert str(caught.value) == line


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("pack.yaml", "name: [", "pack.yaml:1: not valid YAML"),
        ("pack.yaml", "name: tiny\nversion: '1'\nnobs: {}", "pack.yaml:3: nobs: unknown key; did you mean 'knobs'?"),
        ("pack.yaml", "name: tiny\nversion: 1.0", "pack.yaml:2: version: must be text, not 1.0; put it in quotes"),
        ("pack.yaml", "name: tiny", "pack.yaml:1: version: this key is required (text)"),
        ("pack.yaml", "name: &a [*a]", "alias"),
        ("pack.yaml", "name: !!python/name:os.system x\nversion: '1'", "python/name:os.system' is not allowed here"),
        ("pack.yaml", "name: tiny\nversion: '1'\nworld: x\nmodule: y", "a pack has a module or a world, not both"),
        ("pack.yaml", "name: tiny\nversion: '1'\nmodule: gone.py", "the pack's module is missing"),
        ("environment.py", "x = 1\n", "defines no function open_pack"),
        ("environment.py", "import no_such_module_anywhere\n", "cannot be imported: No module named"),
        ("environment.py", "def open_pack(:\n", "cannot be imported: invalid syntax"),
        ("environment.py", "def open_pack(context):\n    return 1\n", "open_pack gave int, not a Pack"),
    ],
)
def test_a_broken_pack_is_one_line_with_the_file(root: Path, file: str, text: str, words: str) -> None:
    (root / "tiny" / file).write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_pack(spec(), [root])
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(root / "tiny") in str(caught.value)
