"""The tests' event loop on virtual time, for benchmarks that would take hours."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))

from wardian.base.virtual_time import VirtualTimeLoop

__all__ = ["VirtualTimeLoop"]
