"""`wardian doctor`: what this machine has for running Wardian, line by line."""

import os
import resource
import shutil
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.markup import escape

from wardian.base.frozen import Frozen
from wardian.environments.packs import available_packs, bundled_roots

__all__ = ["Finding", "examine", "findings"]

MARKS = {"ok": "[green]ok  [/green]", "note": "[yellow]note[/yellow]", "bad": "[red]bad [/red]"}
LIBRARIES = ("ray", "mlflow", "pyarrow", "httpx", "pydantic")
EXTRAS = {
    "agentdojo": "agentdojo",
    "bfcl": "bfcl_eval",
    "local-llm": "xllamacpp",
    "mcp": "mcp",
    "otel": "opentelemetry.exporter.otlp",
    "tau2": "tau2",
}
KEYS = ("OPENAI_API_KEY", "OPENROUTER_API_KEY", "ANTHROPIC_API_KEY")
OPEN_FILES = 4096
FREE_GB = 2


class Finding(Frozen):
    """One line: `bad` must be mended before a run, `note` is worth knowing."""

    state: Literal["ok", "note", "bad"]
    text: str


def examine(environ: Mapping[str, str]) -> int:
    """Print all findings; the exit code is 1 when something is bad."""
    console = Console()
    found = list(findings(environ))
    for finding in found:
        console.print(MARKS[finding.state], escape(finding.text), highlight=False, soft_wrap=True)
    return int(any(finding.state == "bad" for finding in found))


def findings(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Everything that is looked at; nothing is started and nothing is sent."""
    python = ".".join(map(str, sys.version_info[:3]))
    yield Finding(state="ok" if sys.version_info >= (3, 11) else "bad", text=f"Python {python}")
    yield from (_library(name) for name in LIBRARIES)
    yield from (_extra(extra, module) for extra, module in EXTRAS.items())
    yield _packs()
    yield _open_files()
    yield _disk()
    yield from _keys(environ)
    yield from _cluster(environ)
    tracking = environ.get("MLFLOW_TRACKING_URI")
    yield Finding(state="ok", text=f"MLflow writes to {tracking or 'a sqlite file beside the runs'}")


def _library(name: str) -> Finding:
    try:
        return Finding(state="ok", text=f"{name} {version(name)}")
    except PackageNotFoundError:
        return Finding(state="bad", text=f"{name} is not installed: pip install wardian")


def _extra(extra: str, module: str) -> Finding:
    if find_spec(module) is None:
        return Finding(state="note", text=f"extra [{extra}] is not installed (see docs/guides)")
    return Finding(state="ok", text=f"extra [{extra}]")


def _packs() -> Finding:
    packs = available_packs(bundled_roots())
    state: Literal["ok", "bad"] = "ok" if packs else "bad"
    return Finding(state=state, text=f"environment packs: {', '.join(sorted(packs)) or 'none found'}")


def _open_files() -> Finding:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = hard == resource.RLIM_INFINITY or hard >= OPEN_FILES
    text = f"open files: {soft:,}, may be raised to {hard:,}"
    return Finding(state="ok" if enough else "note", text=text if enough else f"{text}: few for many connections")


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    return Finding(
        state="ok" if free >= FREE_GB else "bad", text=f"disk: {free:.0f} GB free here; {os.cpu_count()} CPUs"
    )


def _keys(environ: Mapping[str, str]) -> Iterator[Finding]:
    """Names only: values are never printed."""
    for name in KEYS:
        known = bool(environ.get(name))
        yield Finding(state="ok" if known else "note", text=f"{name} is {'set' if known else 'not set'}")


def _cluster(environ: Mapping[str, str]) -> Iterator[Finding]:
    address = environ.get("RAY_ADDRESS")
    yield Finding(
        state="ok", text=f"Ray: {'joins ' + address if address else 'starts its own (executor.address: local)'}"
    )
    if address and environ.get("RAY_AUTH_MODE") != "token":
        yield Finding(state="note", text="RAY_AUTH_MODE is not `token`: whoever reaches the cluster can run code on it")
