"""A PostgreSQL of our own: in a folder, on a Unix socket, for as long as somebody needs it."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["postgres"]

PATIENCE_S = 30.0
UNPRIVILEGED = ("postgres", "nobody")
"""Whose it is when we are root: PostgreSQL refuses to run as root."""


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server with an empty database; its address for SQLAlchemy.

    Debian's package `postgresql` suffices (`.ci/run` installs it), running or not.
    """
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path may have 107 characters
    _give_away(folder)
    data, socket = folder / "data", folder
    try:
        command = [_program("initdb"), "-D", str(data), "-U", "wardian", "-A", "trust", "--no-sync", "-E", "UTF8"]
        subprocess.run([*_as_user(), *command, "--locale=C"], check=True, cwd=folder, stdout=subprocess.DEVNULL)
        settings = ["-c", f"unix_socket_directories={socket}", "-c", "listen_addresses=", "-c", "fsync=off"]
        server = subprocess.Popen(
            [*_as_user(), _program("postgres"), "-D", str(data), *settings],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _await(socket, server)
            yield f"postgresql+psycopg://wardian@/postgres?host={socket}"
        finally:
            server.terminate()
            server.wait(PATIENCE_S)
    finally:
        shutil.rmtree(folder)


def _await(socket: Path, server: "subprocess.Popen[bytes]") -> None:
    import psycopg

    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            psycopg.connect(f"host={socket} user=wardian dbname=postgres").close()
        except psycopg.OperationalError:
            assert server.poll() is None, f"postgres ended with {server.returncode}"
            assert time.monotonic() < deadline, "postgres does not answer"
            time.sleep(0.05)
        else:
            return


def _program(name: str) -> str:
    """Where it is: Debian keeps the server's programs out of the path."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(places[-1]) if places else None)
    assert found is not None, f"{name} is missing: install PostgreSQL (apt-get install postgresql)"
    return found


def _user() -> pwd.struct_passwd | None:
    """Who runs the server, if it must not be ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in UNPRIVILEGED if name in known)


def _as_user() -> list[str]:
    user = _user()
    return [] if user is None else ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _give_away(folder: Path) -> None:
    user = _user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
