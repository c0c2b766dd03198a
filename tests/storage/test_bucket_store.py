"""A run in an object store: what is put when, what failing puts leave behind, what damage looks like."""

import asyncio
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pyarrow.fs import _MockFileSystem
from support.memory_bucket import Client, MemoryBucket
from support.s3_server import BUCKET, S3Server, s3_server

from wardian.base.errors import ConfigError, CredentialError, StoreError
from wardian.base.frames import HEADER, frame
from wardian.base.store import Place
from wardian.storage.bucket_store import BucketStore
from wardian.storage.bucket_url import open_bucket
from wardian.storage.object_log import ObjectLog
from wardian.storage.objects import Objects

PREFIX = "runs/run"


class Clock:
    """Sleeps take no time, and are noted."""

    def __init__(self) -> None:
        self.at = 1_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.at

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.slept += [seconds] if seconds else []
        await asyncio.sleep(0)


class World:
    """One log in a store in memory."""

    def __init__(self) -> None:
        self.bucket = MemoryBucket()
        self.client: Client = self.bucket.client()
        self.clock = Clock()
        self.store = BucketStore(self.client.under(PREFIX), interval_s=0.25, clock=self.clock)
        self.log: ObjectLog = self.store.create_log("calls")
        self.client.done.clear()

    def read(self) -> list[bytes]:
        """As another process does."""
        reader = BucketStore(self.bucket.client().under(PREFIX))
        return [payload for _, payload in reader.entries(self.log.name)]

    def paths(self) -> list[str]:
        """The log's objects but for the first, in order."""
        return sorted(path for path in self.bucket.objects if self.log.name in path)[1:]

    def replace(self, path: str, change: Callable[[bytes], bytes]) -> None:
        data, written = self.bucket.objects[path]
        self.bucket.objects[path] = change(data), written


@pytest.fixture
def world() -> World:
    return World()


async def append_one_by_one(world: World, *payloads: bytes) -> None:
    for payload in payloads:
        await world.log.append([payload])


# What is put when


async def test_what_comes_at_once_goes_into_one_object(world: World) -> None:
    await asyncio.gather(*(world.log.append([b"%d" % caller]) for caller in range(256)))
    assert len(world.client.puts()) == 1
    assert world.clock.slept == []
    assert world.read() == [b"%d" % caller for caller in range(256)]


async def test_what_comes_while_one_is_put_goes_with_the_next(world: World) -> None:
    may_go, under_way, most = threading.Event(), 0, 0

    def wait(operation: str, path: str) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        assert may_go.wait(20)

    def leave(operation: str, path: str) -> None:
        nonlocal under_way
        under_way -= 1

    world.client.before, world.client.after = wait, leave
    appends = []
    for number in range(50):
        appends.append(asyncio.ensure_future(world.log.append([b"%d" % number])))
        await asyncio.sleep(0.001)
    assert not any(append.done() for append in appends)
    may_go.set()
    places = await asyncio.gather(*appends)
    assert (len(world.client.puts()), most) == (2, 1)
    assert [places[0][0].file, places[1][0].file] == [path.removeprefix(f"{PREFIX}/") for path in world.paths()]
    assert world.read() == [b"%d" % number for number in range(50)]


async def test_between_two_puts_there_is_the_interval_but_after_a_silence_none(world: World) -> None:
    await append_one_by_one(world, b"one", b"two", b"three")
    assert world.clock.slept == [0.25, 0.25]
    world.clock.at += 0.2
    await world.log.append([b"four"])
    assert world.clock.slept[2:] == [pytest.approx(0.05)]
    world.clock.at += 60
    await world.log.append([b"five"])
    assert len(world.clock.slept) == 3


async def test_the_event_loop_goes_on_while_one_is_put(world: World) -> None:
    world.client.before = lambda operation, path: time.sleep(0.2)
    append = asyncio.ensure_future(world.log.append([b"one"]))
    turns = 0
    while not append.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert turns > 20


async def test_whoever_gives_up_waiting_spoils_nothing_for_the_others(world: World) -> None:
    """The first of an object is the one that puts it."""
    may_go = threading.Event()
    world.client.before = lambda operation, path: assert_set(may_go)
    appends = [asyncio.ensure_future(world.log.append([b"%d" % number])) for number in range(4)]
    await asyncio.sleep(0.01)
    later = [asyncio.ensure_future(world.log.append([b"later %d" % number])) for number in range(3)]
    await asyncio.sleep(0.01)
    for each in (appends[0], later[0]):
        each.cancel()
    await asyncio.sleep(0.01)
    may_go.set()
    await asyncio.gather(*appends[1:], *later[1:])
    assert world.read() == [b"0", b"1", b"2", b"3", b"later 0", b"later 1", b"later 2"]
    assert len(world.client.puts()) == 2


async def test_a_put_goes_on_when_all_who_waited_for_it_are_gone(world: World) -> None:
    may_go = threading.Event()
    world.client.before = lambda operation, path: assert_set(may_go)
    gone = asyncio.ensure_future(world.log.append([b"gone"]))
    await asyncio.sleep(0.01)
    gone.cancel()
    after = asyncio.ensure_future(world.log.append([b"after"]))
    await asyncio.sleep(0.01)
    assert world.client.puts() == []
    may_go.set()
    await after
    assert world.read() == [b"gone", b"after"]


def assert_set(event: threading.Event) -> None:
    assert event.wait(20)


# Failing puts


class Failing:
    """Puts fail, before the store has the object or after it."""

    def __init__(self, times: int, why: str = "AWS Error SLOW_DOWN during PutObject operation") -> None:
        self.times = times
        self.why = why

    def __call__(self, operation: str, path: str) -> None:
        if operation in {"put", "delete"} and self.times:
            self.times -= 1
            raise OSError(self.why)


async def test_a_passing_trouble_is_passed_over(world: World) -> None:
    world.client.before = Failing(3)
    await append_one_by_one(world, b"one", b"two")
    assert world.read() == [b"one", b"two"]


async def test_an_object_whose_answer_was_lost_is_put_again_in_place_of_itself(world: World) -> None:
    world.client.after = Failing(2)
    await append_one_by_one(world, b"one", b"two")
    assert len(world.client.puts()) == 4
    assert world.read() == [b"one", b"two"]


@pytest.mark.parametrize("code", ["ACCESS_DENIED", "NO_SUCH_BUCKET"])
async def test_a_lasting_trouble_is_met_once(world: World, code: str) -> None:
    world.client.before = failing = Failing(100, f"AWS Error {code} during PutObject operation")
    with pytest.raises(OSError, match=f"calls/.*: not stored: AWS Error {code}"):
        await world.log.append([b"one"])
    assert failing.times == 98  # the put, and the attempt to take it back


async def test_a_failed_put_is_an_error_for_all_who_are_in_it_and_for_nobody_else(world: World) -> None:
    await world.log.append([b"before"])
    world.client.before = Failing(5)
    failed = await asyncio.gather(*(world.log.append([b"%d" % n]) for n in range(9)), return_exceptions=True)
    assert [type(each) for each in failed] == [StoreError] * 9
    assert world.read() == [b"before"]
    await world.log.append([b"after"])
    assert world.read() == [b"before", b"after"]


@pytest.mark.parametrize("end", ["append", "close"])
async def test_what_failed_but_was_stored_is_not_seen_afterwards(world: World, end: str) -> None:
    """The store takes the object, says nothing, and cannot be told to forget it."""
    await world.log.append([b"before"])
    world.client.after = Failing(4)
    world.client.before = lambda operation, path: Failing(operation == "delete")(operation, path)
    with pytest.raises(OSError, match="not stored"):
        await world.log.append([b"failed"])
    assert b"failed" in b"".join(data for data, _ in world.bucket.objects.values())
    if end == "append":
        await world.log.append([b"after"])
    await world.log.close()
    assert world.read() == [b"before", b"after"][: 1 + (end == "append")]
    assert world.store.damage(world.log.name) is None


async def test_what_comes_to_light_late_is_not_seen_and_replaces_nothing(world: World) -> None:
    await world.log.append([b"before"])
    kept: list[str] = []

    def swallow(operation: str, path: str) -> None:
        kept.append(path)
        raise OSError("AWS Error NETWORK_CONNECTION during PutObject operation")

    world.client.before = swallow
    with pytest.raises(OSError, match="not stored"):
        await world.log.append([b"late"])
    world.client.before = lambda operation, path: None
    await append_one_by_one(world, b"after", b"more")
    world.bucket.objects[kept[0]] = frame(b"late"), 0.0
    assert world.read() == [b"before", b"after", b"more"]
    assert world.store.damage(world.log.name) is None


# Damage


async def test_half_an_object_at_the_end_is_no_damage(world: World) -> None:
    await append_one_by_one(world, b"one", b"two")
    world.replace(world.paths()[-1], lambda data: data[:-1])
    assert world.read() == [b"one"]
    assert world.store.damage(world.log.name) is None


@pytest.mark.parametrize("left", [0, 3, HEADER.size + 1])
async def test_half_an_object_before_the_end_is_damage(world: World, left: int) -> None:
    await append_one_by_one(world, b"one", b"two", b"three")
    path = world.paths()[1]
    world.replace(path, lambda data: data[:left])
    damage = world.store.damage(world.log.name)
    assert world.read() == [b"one"]
    assert damage is not None
    assert (damage.file, damage.offset) == (path.removeprefix(f"{PREFIX}/"), 0)


async def test_a_flipped_bit_is_damage_where_something_stands_behind_it(world: World) -> None:
    await world.log.append([b"one", b"two", b"three"])
    path = world.paths()[0]
    world.replace(path, lambda data: data.replace(b"two", b"twp"))
    assert world.read() == [b"one"]
    name = path.removeprefix(f"{PREFIX}/")
    assert world.store.damage(world.log.name) == Place(name, 11, 11)
    world.replace(path, lambda data: data.replace(b"twp", b"two").replace(b"three", b"threa"))
    assert world.read() == [b"one", b"two"]
    assert world.store.damage(world.log.name) is None


async def test_a_missing_object_ends_the_log_and_is_damage(world: World) -> None:
    await append_one_by_one(world, b"one", b"two", b"three")
    path = world.paths()[1]
    del world.bucket.objects[path]
    assert world.read() == [b"one"]
    assert world.store.damage(world.log.name) == Place(path.removeprefix(f"{PREFIX}/"), 0, 0)


async def test_a_log_that_is_deleted_while_it_is_read_ends_there(world: World) -> None:
    await append_one_by_one(world, b"one", b"two")
    reading = world.store.entries(world.log.name)
    last = world.paths()[-1]

    def delete(operation: str, path: str) -> None:
        if operation == "get":
            world.bucket.objects.pop(last, None)

    world.client.before = delete
    assert [payload for _, payload in reading] == [b"one"]


async def test_other_things_in_the_folder_are_not_the_log(world: World) -> None:
    await world.log.append([b"one"])
    world.bucket.objects[f"{PREFIX}/{world.log.name}/notes.txt"] = b"?", 0.0
    world.bucket.objects[f"{PREFIX}/calls/backup/{world.log.name}"] = b"?", 0.0
    assert world.read() == [b"one"]
    assert world.store.logs("calls") == [world.log.name]


async def test_objects_are_read_when_somebody_wants_them(world: World) -> None:
    await append_one_by_one(world, *(b"%d" % number for number in range(40)))
    assert next(world.store.entries(world.log.name))[1] == b"0"
    assert sum(operation == "get" for operation, _ in world.client.done) <= 17


async def test_what_stands_before_a_place_is_not_read(world: World) -> None:
    await append_one_by_one(world, *(b"%d" % number for number in range(40)))
    *_, (last, _) = world.store.entries(world.log.name)
    await world.log.append([b"new"])
    client = world.bucket.client()
    reader = BucketStore(client.under(PREFIX))
    assert [payload for _, payload in reader.entries(world.log.name, last)] == [b"new"]
    assert [operation for operation, _ in client.done] == ["list", "get", "get"]


async def test_any_file_system_of_pyarrow_will_do() -> None:
    store = BucketStore(Objects(_MockFileSystem(), "runs/run"), interval_s=0.0)
    log = store.create_log("calls")
    await log.append([b"one"])
    assert [payload for _, payload in store.entries(log.name)] == [b"one"]


# A real server


async def test_an_append_is_one_request(s3_server: S3Server, s3_keys: None, tmp_path: Path) -> None:
    store = open_bucket(s3_server.url(tmp_path.name), os.environ, interval_s=0.05)
    log = store.create_log("calls")
    before = s3_server.puts(log.name)
    for _ in range(3):
        await asyncio.gather(*(log.append([bytes([65 + caller % 26]) * 2_000]) for caller in range(100)))
    assert s3_server.puts(log.name) == before + 3
    assert len(list(store.entries(log.name))) == 300
    await log.close()


async def test_a_server_that_dies_is_an_error_and_when_it_is_back_the_log_goes_on(
    s3_keys: None, tmp_path: Path
) -> None:
    with s3_server(tmp_path, remembers=True) as server:
        store = open_bucket(server.url("run"), os.environ, interval_s=0.01)
        log = store.create_log("calls")
        await log.append([b"before"])
        server.kill()
        failed = await asyncio.gather(*(log.append([b"%d" % n]) for n in range(9)), return_exceptions=True)
        assert [type(each) for each in failed] == [StoreError] * 9
        server.start()
        await log.append([b"after"])
        assert [payload for _, payload in store.entries(log.name)] == [b"before", b"after"]
        assert store.damage(log.name) is None
        await log.close()


# Places that cannot be opened


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("s3://runs", "s3://runs: is no place in a bucket; valid: s3://BUCKET/PREFIX"),
        ("s3:///prefix", "s3:///prefix: is no place in a bucket"),
        ("https://runs.example/x", "https://runs.example/x: is no place in a bucket"),
        ("s3://runs/x?endpoint=1", "s3://runs/x: unknown option 'endpoint'; known: endpoint_override, region, scheme"),
        ("s3://key:word@runs/x", "s3://runs/x: keys do not belong into a URL"),
        ("s3://runs/x?endpoint_override=127.0.0.1:9&scheme=gopher", "s3://runs/x: cannot be reached: "),
    ],
)
def test_a_mistake_in_a_url_is_one_line(url: str, why: str) -> None:
    with pytest.raises(ConfigError) as told:
        open_bucket(url, {})
    assert str(told.value).startswith(why)
    assert "\n" not in str(told.value)
    assert "word" not in str(told.value)


@pytest.mark.parametrize("variable", ["", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_the_endpoint_is_in_the_url_or_a_variable(s3_server: S3Server, s3_keys: None, variable: str) -> None:
    environ = {variable: s3_server.endpoint}
    url = f"s3://{BUCKET}/place" if variable else s3_server.url("place")
    store = open_bucket(url, environ)
    store.put("found", b"here")
    assert open_bucket(s3_server.url("place"), {}).get("found") == b"here"
    assert store.url == f"s3://{BUCKET}/place"


def test_nobody_answers(s3_keys: None) -> None:
    with pytest.raises(ConfigError, match=r"^s3://runs/x: cannot be reached: NETWORK_CONNECTION .*Could not connect"):
        open_bucket("s3://runs/x?endpoint_override=127.0.0.1:9&scheme=http", {})


def test_there_is_no_bucket(s3_server: S3Server, s3_keys: None) -> None:
    with pytest.raises(ConfigError, match=r"^s3://ruins/x: there is no bucket 'ruins'$"):
        open_bucket(s3_server.url("x").replace(f"//{BUCKET}", "//ruins"), {})


def test_the_key_is_refused(s3_server: S3Server, s3_keys: None) -> None:
    with s3_server.suspicious(), pytest.raises(CredentialError, match=r"^s3://runs/x: the key is refused, or may not"):
        open_bucket(s3_server.url("x"), {})
    store = open_bucket(s3_server.url("refused"), {})
    with (
        s3_server.suspicious(),
        pytest.raises(ConfigError, match=r"s3://runs/refused: cannot be written: .*INVALID_ACC"),
    ):
        store.hold()
