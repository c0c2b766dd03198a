"""Who owns a run in a store that can neither lock nor write on a condition."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest
from support.memory_bucket import Client, MemoryBucket
from support.s3_server import S3Server
from support.waiting import wait_until

from wardian.base.errors import ConfigError
from wardian.storage.bucket_store import BucketStore
from wardian.storage.bucket_url import open_bucket
from wardian.storage.ownership import Ownership, Terms

TERMS = Terms(beat_s=0.002, stale_s=30.0, pause_s=0.0)
YEARS = 10 * 365 * 86_400.0


class World:
    """A store and its clock; time passes when a test says so."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.bucket = MemoryBucket(now=lambda: YEARS + self.passed)
        self.owners: list[Ownership] = []

    def process(self, since_boot: float = 0.0) -> "Process":
        """Another one, on a machine that was started so long before."""
        return Process(self, since_boot)

    def claims(self) -> int:
        return sum(not path.endswith(".beat") for path in self.bucket.objects if "/owner/" in path)


class Process:
    def __init__(self, world: World, since_boot: float) -> None:
        self.client: Client = world.bucket.client()
        self.ownership = Ownership(self.client.under("runs/run"), TERMS, lambda: since_boot + world.passed)
        world.owners.append(self.ownership)

    def holding(self) -> Self:
        self.ownership.take()
        return self

    @property
    def writes(self) -> bool:
        try:
            self.ownership.check()
        except OSError:
            return False
        return True

    def why(self) -> str:
        with pytest.raises(OSError) as told:  # noqa: PT011  (its text is what is asked for)
            self.ownership.check()
        return str(told.value)

    def give_sign(self) -> None:
        """Wait until two more signs were given: the second one began after this call."""
        before = len(self.client.puts(".beat"))
        lists = self.listed
        wait_until(lambda: len(self.client.puts(".beat")) >= before + 2 and self.listed >= lists + 2)

    @property
    def listed(self) -> int:
        return sum(operation == "list" for operation, _ in self.client.done)

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        """Its requests do not arrive; none is on its way when this begins."""
        failed = threading.Event()

        def fail(operation: str, path: str) -> None:
            failed.set()
            raise OSError("no route to the store")

        self.client.before = fail
        assert failed.wait(20)
        yield
        self.client.before = lambda operation, path: None


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    for owner in world.owners:
        owner.give_up()


def test_an_owner_stays_it_for_as_long_as_it_gives_signs(world: World) -> None:
    owner = world.process().holding()
    for _ in range(5):
        world.passed += 20
        owner.give_sign()
        assert owner.writes
        with pytest.raises(ConfigError, match=r"another process .* is playing this run"):
            world.process().holding()
    assert world.claims() == 1


def test_the_refusal_says_who_it_is_and_when_the_run_is_free(world: World) -> None:
    world.process().holding()
    with pytest.raises(ConfigError, match=rf"pid {os.getpid()}.*free 30 s after its last sign of life") as refused:
        world.process().holding()
    assert "\n" not in str(refused.value)


def test_who_never_owned_the_run_may_write(world: World) -> None:
    world.process().holding()
    assert world.process().writes


@pytest.mark.parametrize("since_boot", [0.0, 1e9])
def test_the_run_of_a_dead_owner_is_free_when_it_is_stale(world: World, since_boot: float) -> None:
    """By the store's clock: the machines' own ones have nothing in common with it, nor with each other."""
    owner, other = world.process(77.0).holding(), world.process(since_boot)
    with owner.cut_off():
        world.passed += 29
        assert other.ownership.exists()
        with pytest.raises(ConfigError):
            other.holding()
        world.passed += 2
        assert not other.ownership.exists()
        assert other.holding().writes
        assert world.claims() == 1


def test_one_that_was_frozen_finds_out_before_it_writes(world: World) -> None:
    owner = world.process().holding()
    with owner.cut_off():
        world.passed += 25
        assert owner.why() == "no sign of life reached the store for 25 s: another process may play this run"
        world.passed += 6
        other = world.process().holding()
        assert not owner.writes
    wait_until(lambda: "another process plays this run now" in owner.why())
    assert other.writes
    other.give_sign()
    assert other.writes


def test_one_that_was_cut_off_goes_on_when_nobody_came(world: World) -> None:
    owner = world.process().holding()
    with owner.cut_off():
        world.passed += 1_000
        assert not owner.writes
    wait_until(lambda: owner.writes)


def test_a_late_sign_does_not_bring_a_claim_back(world: World) -> None:
    owner = world.process().holding()
    with owner.cut_off():
        world.passed += 31
        world.process().holding().ownership.give_up()
    wait_until(lambda: "another process" in owner.why() and bool(owner.client.puts(".beat")))
    assert world.claims() == 0
    assert not world.process().ownership.exists()


def test_one_that_is_late_yields_to_a_claim_that_it_finds(world: World) -> None:
    """The other may have looked before the late sign arrived, and may not have deleted anything yet."""
    owner = world.process().holding()
    with owner.cut_off():
        world.passed += 31
        world.bucket.objects["runs/run/owner/0123"] = (b"somebody", world.bucket.now())
    wait_until(lambda: "another process plays this run now" in owner.why())


def test_one_that_is_in_time_does_not_yield(world: World) -> None:
    """The other one finds its signs, and withdraws."""
    owner = world.process().holding()
    world.passed += 20
    world.bucket.objects["runs/run/owner/0123"] = (b"somebody", world.bucket.now())
    owner.give_sign()
    assert owner.writes


def test_of_two_claims_at_once_none_stays(world: World) -> None:
    """Each finds the other's: whatever the order of writing and looking, two never own the run."""
    first, second = world.process(), world.process()
    met: list[str] = []

    def meet(operation: str, path: str) -> None:
        """Between the first one's claim and its look, the second one comes."""
        if operation == "list" and not met:
            met.append(path)
            with pytest.raises(ConfigError):
                second.holding()

    first.client.before = meet
    first.holding()
    assert first.writes
    assert met
    assert world.claims() == 1


def test_what_is_lost_can_be_taken_again(world: World) -> None:
    owner = world.process().holding()
    with owner.cut_off():
        world.passed += 31
        other = world.process().holding()
    wait_until(lambda: "another process" in owner.why())
    other.ownership.give_up()
    owner.ownership.give_up()
    assert owner.holding().writes


async def test_one_that_lost_the_run_cannot_write() -> None:
    """Neither logs nor small files; reading is free."""
    bucket = MemoryBucket()
    client = bucket.client()
    store = BucketStore(client.under("runs/run"), interval_s=0.0, terms=TERMS)
    log = store.create_log("manifest")
    store.hold()
    await log.append([b"mine"])
    bucket.objects = {path: kept for path, kept in bucket.objects.items() if "/owner/" not in path}
    wait_until(lambda: not _takes(store))
    with pytest.raises(OSError, match=r"manifest/.*: not stored: another process plays this run now"):
        await log.append([b"late"])
    with pytest.raises(OSError, match="another process"):
        store.create_log("manifest")
    for forbidden in (store.delete, store.remove):
        with pytest.raises(OSError, match="another process"):
            forbidden(log.name)
    assert [payload for _, payload in store.entries(log.name)] == [b"mine"]
    await log.close()
    store.release()


def _takes(store: BucketStore) -> bool:
    try:
        store.put("status.json", b"{}")
    except OSError:
        return False
    return True


async def test_a_write_during_which_the_run_was_lost_is_refused_and_taken_back() -> None:
    bucket = MemoryBucket()
    client = bucket.client()
    store = BucketStore(client.under("runs/run"), interval_s=0.0, terms=TERMS)
    log = store.create_log("manifest")
    store.hold()

    def lose(operation: str, path: str) -> None:
        if operation == "put" and "manifest" in path:
            bucket.objects = {path: kept for path, kept in bucket.objects.items() if "/owner/" not in path}
            wait_until(lambda: not _takes(store))

    client.before = lose
    with pytest.raises(OSError, match="another process plays this run now"):
        await log.append([b"late"])
    assert list(store.entries(log.name)) == []
    store.release()


HOLDER = """
import os, sys
from wardian.storage.bucket_url import open_bucket
from wardian.storage.ownership import Terms
store = open_bucket(sys.argv[1], os.environ, terms=Terms(beat_s=0.2, stale_s=4.0))
store.hold()
print("holds", flush=True)
for word in sys.stdin:
    if word == "end\\n":
        break
    try:
        store.put("small", word.encode())
        print("put", flush=True)
    except OSError as error:
        print(error, flush=True)
"""


class Holder:
    """A process that holds a run in a real server."""

    def __init__(self, url: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._heard() == "holds"

    def put(self) -> str:
        """What comes of it."""
        assert self.process.stdin is not None
        self.process.stdin.write("word\n")
        self.process.stdin.flush()
        return self._heard()

    def _heard(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        self.process.communicate("end\n", timeout=30)


@pytest.fixture
def holder(s3_server: S3Server, s3_keys: None, tmp_path: Path) -> Iterator[Holder]:
    holder = Holder(s3_server.url(f"owned/{tmp_path.name}"))
    yield holder
    holder.process.kill()
    holder.process.communicate()


@pytest.fixture
def store(holder: Holder, s3_server: S3Server, tmp_path: Path) -> Iterator[BucketStore]:
    """Another process's, this one's."""
    url = s3_server.url(f"owned/{tmp_path.name}")
    store = open_bucket(url, os.environ, terms=Terms(beat_s=0.2, stale_s=4.0, pause_s=0.01))
    yield store
    store.release()


def hold_when_free(store: BucketStore) -> None:
    """A server tells the time in whole seconds: `held` and `hold` may differ by one."""
    wait_until(lambda: not store.held() and _holds(store))


def _holds(store: BucketStore) -> bool:
    try:
        store.hold()
    except ConfigError:
        return False
    return True


def test_a_process_that_ends_without_a_word_frees_the_run(holder: Holder, store: BucketStore) -> None:
    with pytest.raises(ConfigError, match=f"pid {holder.process.pid}"):
        store.hold()
    assert holder.put() == "put"
    holder.end()
    store.hold()


def test_a_process_that_was_killed_is_succeeded_later(holder: Holder, store: BucketStore) -> None:
    holder.process.kill()
    holder.process.wait()
    assert store.held()
    hold_when_free(store)
    assert store.held()


def test_a_process_that_was_stopped_meanwhile_writes_no_more(holder: Holder, store: BucketStore) -> None:
    holder.process.send_signal(signal.SIGSTOP)
    hold_when_free(store)
    holder.process.send_signal(signal.SIGCONT)
    assert "another process" in holder.put()
    store.put("small", b"ours")
    wait_until(lambda: holder.put() == "another process plays this run now; this one must stop")
    assert store.get("small") == b"ours"
