"""The clients that are compared, each in a process of its own and, if it is a peer, an environment of its own."""

import asyncio
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from venvs import InstallFailed, python_with
from worlds import HERE

__all__ = ["CONTESTANTS", "Contestant", "installed"]

OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "INSPECT_DISPLAY": "none"}
"""Prices are not fetched, nothing is drawn."""


@dataclass(frozen=True)
class Contestant:
    """A client: the script that asks with it, and what has to be installed for that; nothing for what is here."""

    script: str
    packages: Sequence[str] = ()
    environ: Mapping[str, str] = field(default_factory=lambda: OFFLINE)

    async def measured(self, python: Path, measure: str, url: str, **options: object) -> Mapping[str, Any]:
        """What `peers/asking.py` measures with the given options.

        Raises:
            RuntimeError: when it ends badly.
        """
        words = [f"--{name}={value}" for name, value in options.items() if not isinstance(value, tuple)]
        lists = [word for name, value in options.items() if isinstance(value, tuple) for word in (f"--{name}", *value)]
        command = (python, HERE / "peers" / self.script, measure, url, *words, *lists)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdout=pipe, stderr=pipe, env={**os.environ, **self.environ}
        )
        said, complaints = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{self.script} ended with code {process.returncode}: {complaints.decode()[-2_000:]}")
        return dict(json.loads(said.splitlines()[-1]))


CONTESTANTS: Mapping[str, Contestant] = {
    "wardian": Contestant("wardian_client.py"),
    "aiohttp": Contestant("aiohttp_client.py"),
    "httpx": Contestant("httpx_client.py"),
    "openai": Contestant("openai_client.py", ("openai",)),
    "litellm": Contestant("litellm_client.py", ("litellm",)),
    "inspect-ai": Contestant("inspect_ai_client.py", ("inspect-ai", "openai")),
    "tenacity": Contestant("tenacity_client.py", ("tenacity", "openai")),
    "cookbook": Contestant("cookbook_client.py"),
}


def installed(names: Iterable[str], venvs: Path) -> Iterator[tuple[str, Contestant, Path]]:
    """Those of `names` that can be installed, and the interpreters that run them; the others are named on stderr."""
    for name in names:
        contestant = CONTESTANTS[name]
        try:
            python = python_with(contestant.packages, venvs / name) if contestant.packages else Path(sys.executable)
        except InstallFailed as failure:
            print(f"{name} is left out, it could not be installed: {failure}", file=sys.stderr)
            continue
        yield name, contestant, python
