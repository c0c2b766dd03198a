"""A real S3-compatible server (moto's) in a process of its own, which can be killed and come back."""

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

__all__ = ["BUCKET", "ENVIRON", "S3Server", "s3_server"]

PATIENCE_S = 30.0
BUCKET = "runs"
ENVIRON = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_REGION": "us-east-1",
    "AWS_REQUEST_CHECKSUM_CALCULATION": "WHEN_REQUIRED",
}
"""What a client's process must have in its environment."""


class S3Server:
    """On one port for its whole life, with one bucket.

    Args:
        folder: for its log.
        remembers: whether it records all requests, and has its objects again after a kill.
    """

    def __init__(self, folder: Path, *, remembers: bool = False) -> None:
        self._remembers = remembers
        self._log = folder / "server.log"
        self._record = folder / "requests"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers and has all that it had."""
        known = self._record.exists()
        environ = os.environ | {"MOTO_RECORDER_FILEPATH": str(self._record)}
        if self._remembers:
            environ["MOTO_ENABLE_RECORDING"] = "1"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self._port)]
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self._process.poll() is None, self._log.read_text()[-2_000:]
            assert time.monotonic() < deadline, "moto's server does not answer"
            time.sleep(0.05)
        if known:
            self._post("recorder/replay-recording")
        else:
            httpx.put(f"{self.endpoint}/{BUCKET}").raise_for_status()

    def kill(self) -> None:
        """End it at once, as a crash does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def url(self, prefix: str) -> str:
        """Of a place in the bucket."""
        return f"s3://{BUCKET}/{prefix}?endpoint_override=127.0.0.1:{self._port}&scheme=http"

    def puts(self, part: str) -> int:
        """How many objects were put so far whose path has this in it."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return sum('"PUT ' in line and part in line for line in lines)

    @contextmanager
    def suspicious(self) -> Iterator[None]:
        """It knows no key meanwhile."""
        self._post("reset-auth", "0")
        try:
            yield
        finally:
            self._post("reset-auth", "inf")

    def _post(self, action: str, body: str = "") -> None:
        headers = {"Content-Type": "text/plain"}
        httpx.post(f"{self.endpoint}/moto-api/{action}", content=body, headers=headers, timeout=60).raise_for_status()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.endpoint}/moto-api/", timeout=2).is_success
        except httpx.TransportError:
            return False


@contextmanager
def s3_server(folder: Path, *, remembers: bool = False) -> Iterator[S3Server]:
    """A server that answers, and is gone afterwards."""
    server = S3Server(folder, remembers=remembers)
    try:
        server.start()
        yield server
    finally:
        server.kill()
