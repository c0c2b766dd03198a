"""Two hosts on this machine, each with a network and processes of its own, and a cable between them that can be cut.

What they share is the file system. This needs root and a kernel that knows namespaces; `why_not` says what is missing.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from support.apart import Apart
from support.clusters import MEMORY, await_nodes, ray_environ, system_config

__all__ = ["Host", "TwoHosts", "two_hosts", "why_not"]

RAY = str(Path(sys.executable).parent / "ray")

FIRST = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sleep", "infinity"]
"""The first process of a host, and nobody on it sees those of the other: Ray's drivers look there for their node."""
CABLE = "cable"
"""What both ends of the link are called, each in its namespace."""
HEALED = "add table inet cut; delete table inet cut"
CUT = f"""{HEALED}
table inet cut {{
  chain heard {{ type filter hook input priority 0; iifname "{CABLE}" drop; }}
  chain said {{ type filter hook output priority 0; oifname "{CABLE}" drop; }}
}}
"""


@dataclass(frozen=True)
class Host:
    """One of the two; commands started on it see its network and its processes only."""

    name: str
    ip: str
    folder: Path
    environ: Mapping[str, str]
    _started: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    _first: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def popen(self, words: Sequence[str], cwd: Path | None = None) -> "subprocess.Popen[bytes]":
        """Start a command, which ends with the host at the latest; what it prints goes to `NAME.log` in the folder."""
        with open(self.folder / f"{self.name}.log", "ab") as log:
            process = subprocess.Popen(
                [*self._inside(cwd), *words], env=dict(self.environ), stdout=log, stderr=log, start_new_session=True
            )
        self._started.append(process)
        return process

    def run(
        self, words: Sequence[str], cwd: Path | None = None, timeout_s: float = 60.0
    ) -> "subprocess.CompletedProcess[str]":
        """Do a command and wait for its end."""
        words = [*self._inside(cwd), *words]
        environ = dict(self.environ)
        return subprocess.run(words, env=environ, capture_output=True, text=True, timeout=timeout_s)

    def apart(self) -> Apart:
        """A process there that calls functions for us; to be closed before the host goes."""
        return Apart(self.environ, self.folder / f"{self.name}-apart.log", prefix=self._inside())

    def start_head(self, cpus: float = 1) -> str:
        """Start a Ray here that notices lost nodes quickly; its address. See `await_nodes`."""
        settings = json.dumps(system_config(fast=True))
        head = ["--head", "--port=6379", "--include-dashboard=false", f"--system-config={settings}"]
        self.popen([*self._ray_start(cpus), *head])
        return f"{self.ip}:6379"

    def start_node(self, address: str, cpus: float = 1) -> "subprocess.Popen[bytes]":
        """Let the host join a Ray; the process lasts as long as that."""
        return self.popen([*self._ray_start(cpus), f"--address={address}"])

    def await_nodes(self, address: str, count: int) -> None:
        """Wait until the Ray has so many nodes, as seen from here."""
        with self.apart() as asked:
            asked.call(await_nodes, address, count)

    def tell(self, process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
        """Send a signal to a command that `popen` or `start_node` started; the process we know only waits for it."""
        for pid in _children(process.pid):
            os.kill(pid, number)

    def pids(self) -> list[int]:
        """All processes there, as they are called there."""
        return [_own_pid(pid) for pid in self._all()]

    def kill_all(self) -> None:
        """Kill -9 and reap everything that runs there, as if the power went; the host can be used again."""
        while pids := self._all():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        for process in (*self._started, *self._first):
            process.wait()
        self._first.clear()

    def _ray_start(self, cpus: float) -> list[str]:
        own = [f"--node-ip-address={self.ip}", f"--num-cpus={cpus:g}", f"--object-store-memory={MEMORY}"]
        return [RAY, "start", "--block", *own]

    def _all(self) -> list[int]:
        return [int(pid) for pid in _ip("netns", "pids", self.name).split()]

    def _inside(self, cwd: Path | None = None) -> list[str]:
        if not self._first:
            self._first.append(subprocess.Popen(["ip", "netns", "exec", self.name, *FIRST]))
        while not (first := _children(self._first[-1].pid)):
            assert self._first[-1].poll() is None, f"{self.name}: has no first process"
            time.sleep(0.01)
        enter = ["nsenter", f"--target={first[0]}", "--net", "--pid", "--mount", f"--wdns={cwd or Path.cwd()}"]
        return [*enter, "setpriv", "--pdeathsig", "KILL", "--"]


@dataclass(frozen=True)
class TwoHosts:
    """Both hosts and what lies between them.

    `nft` is the program of nftables, if there is one.
    """

    near: Host
    far: Host
    nft: str | None = field(default_factory=lambda: shutil.which("nft"))

    def start_ray(self, cpus: float = 1) -> str:
        """Start a Ray whose head is near and whose other node is far, and wait for both; its address."""
        address = self.near.start_head(cpus)
        self.far.start_node(address, cpus)
        self.near.await_nodes(address, 2)
        return address

    def cut(self) -> None:
        """Let every packet between them get lost, silently, in both directions; without nftables, unplug the cable."""
        self._change(CUT, "down")

    def heal(self) -> None:
        """Undo `cut`, if need be; connections whose ends have not given up go on."""
        self._change(HEALED, "up")

    def _change(self, rules: str, link: str) -> None:
        if self.nft is None:
            _ip("-n", self.far.name, "link", "set", CABLE, link)
        else:
            words = ["ip", "netns", "exec", self.far.name, self.nft, "-f", "-"]
            subprocess.run(words, input=rules, text=True, check=True)


@contextmanager
def two_hosts(folder: Path) -> Iterator[TwoHosts]:
    """Two connected hosts, gone afterwards with everything that runs on them.

    Args:
        folder: for what their commands print.
    """
    near, far = (f"wardian-{os.getpid()}-{side}" for side in ("near", "far"))
    with ray_environ() as environ:
        hosts = TwoHosts(Host(near, "10.77.0.1", folder, environ), Host(far, "10.77.0.2", folder, environ))
        try:
            _connect(hosts)
            yield hosts
        finally:
            for host in (hosts.near, hosts.far):
                _tear_down(host)


def why_not() -> str | None:
    """Why there can be no two hosts on this machine; None when there can."""
    if shutil.which("ip") is None:
        return "ip is missing (apt-get install iproute2)"
    name = f"wardian-{os.getpid()}-probe"
    words = ["ip", "netns", "add", name]
    tried = subprocess.run(words, capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"`ip netns add` is not allowed here: {tried.stderr.strip()}"
    _ip("netns", "del", name)
    words = ["unshare", "--pid", "--fork", "--mount-proc", "true"]
    tried = subprocess.run(words, capture_output=True, text=True, check=False)
    return f"`unshare --pid` is not allowed here: {tried.stderr.strip()}" if tried.returncode else None


def _connect(hosts: TwoHosts) -> None:
    for host in (hosts.near, hosts.far):
        _ip("netns", "add", host.name)
    ends = ["link", "add", CABLE, "netns", hosts.near.name, "type", "veth", "peer", "name", CABLE]
    _ip(*ends, "netns", hosts.far.name)
    for host in (hosts.near, hosts.far):
        _ip("-n", host.name, "address", "add", f"{host.ip}/24", "dev", CABLE)
        for link in ("lo", CABLE):
            _ip("-n", host.name, "link", "set", link, "up")
        # Ray looks for its own address by the way to the world, and takes a raylet of another host for its own without.
        _ip("-n", host.name, "route", "add", "default", "dev", CABLE)


def _tear_down(host: Host) -> None:
    """A namespace lives as long as a process in it, and with it the cable: first those, then it."""
    if host.name not in _ip("netns", "list").split():
        return  # what failed is its making
    host.kill_all()
    _ip("netns", "del", host.name)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _own_pid(pid: int) -> int:
    """What a process is called in its namespace."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("NSpid:")).split()[-1])


def _ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr.strip()}"
    return done.stdout
