"""A real `mlflow server` process that can be killed and started again, and what its database holds."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

__all__ = ["MlflowServer", "mlflow_server"]

PATIENCE_S = 90.0


class MlflowServer:
    """On one port for its whole life, on a database and a folder for artifacts.

    Args:
        database: its address for SQLAlchemy.
        folder: for artifacts and what the server says.
    """

    def __init__(self, database: str, folder: Path) -> None:
        self._folder = folder
        self._database = database
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", self._database, "--workers", "1"]
        command += ["--artifacts-destination", str(self._folder / "artifacts"), "--port", str(self._port)]
        quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
        with open(self._folder / "server.log", "ab") as log:
            self._process = subprocess.Popen(
                command, env=os.environ | quiet, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE_S
        while not self._healthy():
            assert self._process.poll() is None, (self._folder / "server.log").read_text()[-2_000:]
            assert time.monotonic() < deadline, "mlflow server does not answer"
            time.sleep(0.2)

    def kill(self) -> None:
        """End it and its workers at once, as a crash does (SIGKILL to the session that it leads)."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _healthy(self) -> bool:
        try:
            return httpx.get(f"{self.uri}/health", timeout=2).is_success
        except httpx.TransportError:
            return False


@contextmanager
def mlflow_server(database: str, folder: Path) -> Iterator[MlflowServer]:
    """A server that is not started yet, and is gone afterwards."""
    server = MlflowServer(database, folder)
    try:
        yield server
    finally:
        server.kill()
