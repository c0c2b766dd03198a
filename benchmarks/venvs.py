"""Virtual environments for peers; they are kept, so that only the first run installs."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

__all__ = ["CACHE", "InstallFailed", "outside", "python_with"]

CACHE = Path(tempfile.gettempdir()) / "wardian-benchmark-peers"
REPOSITORY = Path(__file__).resolve().parents[1]


class InstallFailed(Exception):
    """A peer is not to be had here."""


def outside(folder: str) -> Path:
    """The folder that an option names, as long as it is not in the repository."""
    if Path(folder).resolve().is_relative_to(REPOSITORY):
        raise argparse.ArgumentTypeError("the peers' environments do not belong inside the repository")
    return Path(folder).resolve()


def python_with(packages: Sequence[str], folder: Path) -> Path:
    """The interpreter of the virtual environment `folder`, with `packages` installed.

    Raises:
        InstallFailed: with the last thing that pip said.
    """
    python, done = folder / "bin" / "python", folder / "installed.txt"
    wanted = "\n".join(packages)
    if not done.is_file() or done.read_text() != wanted:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
        done.write_text(wanted)
    return python


def _run(command: Sequence[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines()
        raise InstallFailed(said[-1] if said else f"exit code {ended.returncode}")
