"""Child servers: they announce themselves, and die with their parent."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wardian.base.child import ChildServer
from wardian.base.errors import InfraError

GOOD = """import sys; print("noise"); print('{"url": "http://x:1"}', flush=True); sys.stdin.read()"""
DEAD = 'import sys; sys.stderr.write("no model here\\n"); sys.exit(3)'
MUTE = "import sys; sys.stdin.read()"

PARENT = """
import asyncio, sys, time
from wardian.base.child import ChildServer
async def main():
    await ChildServer(["-c", sys.argv[1]], name="s", log=sys.argv[2]).start()
    time.sleep(600)
asyncio.run(main())
"""


def server(code: str, folder: Path, timeout: float = 20.0) -> ChildServer:
    return ChildServer(["-c", code], name="sim", log=str(folder / "log"), start_timeout_s=timeout)


async def test_it_says_where_it_is_and_stops(tmp_path: Path) -> None:
    child = server(GOOD, tmp_path)
    assert await child.start() == "http://x:1"
    await asyncio.wait_for(child.stop(), 5)


async def test_one_that_ends_says_why(tmp_path: Path) -> None:
    with pytest.raises(InfraError, match="'sim' ended with code 3 before it was ready: no model here"):
        await server(DEAD, tmp_path).start()


async def test_one_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(InfraError, match="not ready after"):
        await server(MUTE, tmp_path, timeout=0.5).start()


def test_it_dies_with_a_killed_parent(tmp_path: Path) -> None:
    witness = tmp_path / "pid"
    code = f"open({str(witness)!r}, 'w').write(str(__import__('os').getpid()));" + GOOD
    parent = subprocess.Popen([sys.executable, "-c", PARENT, code, tmp_path / "log"])
    deadline = time.monotonic() + 30
    while not (witness.exists() and witness.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    child = int(witness.read_text())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _alive(child)


def _alive(pid: int) -> bool:
    """Running: neither gone nor a zombie that nobody has waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
