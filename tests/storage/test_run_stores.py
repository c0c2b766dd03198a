"""What every `RunStore` does, wherever it keeps a run."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pyarrow.fs import LocalFileSystem
from support.memory_bucket import MemoryBucket
from support.s3_server import S3Server

from wardian.base.errors import ConfigError
from wardian.base.store import Place, RunStore
from wardian.runs.folder_store import FolderStore
from wardian.storage.bucket_store import BucketStore
from wardian.storage.bucket_url import open_bucket
from wardian.storage.objects import Objects
from wardian.storage.ownership import Terms

TERMS = Terms(beat_s=5.0, stale_s=30.0, pause_s=0.01)
INTERVAL_S = 0.01

Open = Callable[[], RunStore]


@pytest.fixture(params=["folder", "local", "memory", "s3"])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the same run anew each time, as different processes would."""
    match request.param:
        case "folder":
            return lambda: FolderStore(tmp_path)
        case "local":
            return lambda: BucketStore(
                Objects(LocalFileSystem(), f"{tmp_path}/run"), interval_s=INTERVAL_S, terms=TERMS
            )
        case "memory":
            memory = MemoryBucket()
            return lambda: BucketStore(memory.client().under("runs/run"), interval_s=INTERVAL_S, terms=TERMS)
    server: S3Server = request.getfixturevalue("s3_server")
    request.getfixturevalue("s3_keys")
    url = server.url(f"contract/{tmp_path.name}")
    return lambda: open_bucket(url, os.environ, interval_s=INTERVAL_S, terms=TERMS)


@pytest.fixture
def store(reopen: Open) -> RunStore:
    return reopen()


def payloads(store: RunStore, log: str) -> list[bytes]:
    return [payload for _, payload in store.entries(log)]


# Logs


async def test_what_was_appended_is_read_in_order(store: RunStore, reopen: Open) -> None:
    log = store.create_log("calls")
    await log.append([b"one", b"two"])
    await log.append([b"three"])
    assert payloads(reopen(), log.name) == [b"one", b"two", b"three"]
    await log.close()
    assert payloads(store, log.name) == [b"one", b"two", b"three"]


async def test_a_payload_is_found_at_its_place(store: RunStore, reopen: Open) -> None:
    log = store.create_log("calls")
    places = [*await log.append([b"one", b"two" * 1000]), *await log.append([b"\0\xff"])]
    assert places == [place for place, _ in store.entries(log.name)]
    assert [reopen().read(place) for place in places] == [b"one", b"two" * 1000, b"\0\xff"]
    await log.close()


@pytest.mark.parametrize(("offset", "length"), [(1, 11), (10_000, 11), (0, 3)])
async def test_elsewhere_stands_nothing(store: RunStore, offset: int, length: int) -> None:
    log = store.create_log("calls")
    (place,) = await log.append([b"one"])
    wrong = store.read(Place(place.file, offset, length))
    assert wrong is None or (offset == 0 and wrong == b"one")
    assert store.read(Place(f"{place.file}0", 0, 11)) is None
    assert store.read(Place("calls/nothing/there", 0, 11)) is None
    await log.close()


async def test_appends_that_overlap_keep_their_order(store: RunStore) -> None:
    log = store.create_log("calls")
    sent = [[b"%d.%d" % (caller, number) for number in range(3)] for caller in range(50)]
    placed = await asyncio.gather(*(log.append(each) for each in sent))
    flat = [payload for each in sent for payload in each]
    assert payloads(store, log.name) == flat
    assert [store.read(place) for places in placed for place in places] == flat
    await log.close()


async def test_what_stands_behind_a_place(store: RunStore) -> None:
    log = store.create_log("calls")
    places = [place for group in ([b"0", b"1"], [b"2"], [b"3", b"4"]) for place in await log.append(group)]
    for number, place in enumerate(places):
        behind = [payload for _, payload in store.entries(log.name, place)]
        assert behind == [b"%d" % later for later in range(number + 1, 5)]
    await log.append([b"5"])
    assert [payload for _, payload in store.entries(log.name, places[-1])] == [b"5"]
    await log.close()


async def test_nothing_appended_is_nothing(store: RunStore) -> None:
    log = store.create_log("calls")
    assert list(await log.append([])) == []
    with pytest.raises(ValueError, match="empty payload"):
        await log.append([b"whole or nothing", b""])
    await log.append([b"one"])
    assert payloads(store, log.name) == [b"one"]
    await log.close()


async def test_a_closed_log_takes_nothing(store: RunStore) -> None:
    log = store.create_log("calls", "machine")
    await log.append([b"one"])
    await log.close()
    await log.close()
    with pytest.raises(OSError):  # noqa: PT011  (each store has its own words)
        await log.append([b"two"])
    assert payloads(store, log.name) == [b"one"]


async def test_a_log_can_be_closed_while_it_is_written(store: RunStore) -> None:
    log = store.create_log("calls", "machine")
    appending = [asyncio.ensure_future(log.append([b"%d" % number])) for number in range(20)]
    await asyncio.sleep(0)
    await log.close()
    done = await asyncio.gather(*appending, return_exceptions=True)
    assert len(payloads(store, log.name)) == sum(not isinstance(result, OSError) for result in done) == 20


async def test_a_log_can_be_read_while_it_is_written(store: RunStore, reopen: Open) -> None:
    """A reader sees whole payloads in order, and the more the later it looks."""
    log, reader = store.create_log("calls"), reopen()
    seen: list[list[bytes]] = []

    def read() -> None:
        while not seen or len(seen[-1]) < 40:
            seen.append(payloads(reader, log.name))
            assert reader.damage(log.name) is None

    reading = asyncio.ensure_future(asyncio.to_thread(read))
    sent = [b"%d" % number * 1000 for number in range(40)]
    for start in range(0, 40, 4):
        await asyncio.gather(*(log.append([payload]) for payload in sent[start : start + 4]))
    await asyncio.wait_for(reading, 60)
    assert all(some == sent[: len(some)] for some in seen)
    assert [len(some) for some in seen] == sorted(len(some) for some in seen)
    await log.close()


def test_logs_are_listed_in_the_order_of_their_making(store: RunStore, reopen: Open) -> None:
    names = [reopen().create_log("calls").name for _ in range(12)]
    other = store.create_log("results").name
    assert store.logs("calls") == names
    assert store.logs("results") == [other]
    assert store.logs("nothing") == []
    assert payloads(store, names[0]) == []


async def test_writers_that_come_at_once_get_logs_of_their_own(store: RunStore, reopen: Open) -> None:
    logs = await asyncio.gather(*(asyncio.to_thread(reopen().create_log, "calls") for _ in range(8)))
    assert len({log.name for log in logs}) == 8
    await asyncio.gather(*(log.append([log.name.encode()]) for log in logs))
    for log in logs:
        assert payloads(store, log.name) == [log.name.encode()]
        await log.close()
    assert store.logs("calls") == sorted(log.name for log in logs)


async def test_a_deleted_log_is_gone_and_its_name_does_not_come_again(store: RunStore) -> None:
    log = store.create_log("calls")
    (place,) = await log.append([b"old"])
    await log.close()
    store.delete(log.name)
    store.delete(log.name)
    assert store.logs("calls") == []
    assert payloads(store, log.name) == []
    assert store.damage(log.name) is None
    other = store.create_log("calls")
    await other.append([b"new"])
    assert other.name != log.name
    assert store.read(place) is None
    await other.close()


# Small files


def test_a_small_file_is_replaced_and_removed(store: RunStore, reopen: Open) -> None:
    assert store.get("status.json") is None
    store.put("status.json", b"{}")
    store.put("status.json", b'{"state": "running"}')
    assert reopen().get("status.json") == b'{"state": "running"}'
    store.put("empty", b"")
    assert store.get("empty") == b""
    store.remove("status.json")
    store.remove("status.json")
    assert reopen().get("status.json") is None


async def test_small_files_may_be_put_at_once(store: RunStore, reopen: Open) -> None:
    """Readers find one or the other, whole; of writers none fails because of another."""
    whole = [bytes([65 + number]) * 10_000 for number in range(8)]
    await asyncio.gather(*(asyncio.to_thread(reopen().put, "pause.json", each) for each in whole))
    assert store.get("pause.json") in whole


async def test_what_is_discarded_is_gone_and_nothing_beside_it(store: RunStore, reopen: Open) -> None:
    log = store.create_log("calls")
    await log.append([b"one"])
    await log.close()
    store.put("status.json", memoryview(b"{}"))
    assert store.get("status.json") == b"{}"
    store.discard()
    assert reopen().get("status.json") is None
    assert reopen().logs("calls") == []


# Holding


def test_one_process_holds_the_run(store: RunStore, reopen: Open) -> None:
    assert not store.held()
    store.hold()
    assert store.held()
    assert reopen().held()
    with pytest.raises(ConfigError, match=r"another process .*is playing this run") as refused:
        reopen().hold()
    assert "\n" not in str(refused.value)
    store.put("still", b"mine")
    store.release()
    store.release()
    assert not reopen().held()
    other = reopen()
    other.hold()
    assert store.held()
    other.release()


async def test_of_those_who_come_at_once_at_most_one_holds_it(reopen: Open) -> None:
    stores = [reopen() for _ in range(5)]
    results = await asyncio.gather(*(asyncio.to_thread(each.hold) for each in stores), return_exceptions=True)
    assert sum(result is None for result in results) <= 1
    assert all(result is None or isinstance(result, ConfigError) for result in results)
    for each in stores:
        each.release()
    stores[0].hold()
    stores[0].release()
