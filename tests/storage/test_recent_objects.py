"""Objects that were read a moment ago are not read again, however many ask for a part of them."""

from support.memory_bucket import MemoryBucket

from wardian.storage.bucket_store import BucketStore
from wardian.storage.recent_objects import RecentObjects, in_turn

PREFIX = "runs/run"


def test_what_is_read_again_is_not_fetched_again_as_long_as_there_is_room() -> None:
    client = MemoryBucket().client()
    objects = client.under(PREFIX)
    for name in "abc":
        objects.put(f"log/{name}", name.encode() * 100)
    recent = RecentObjects(objects, most_bytes=250)
    client.done.clear()
    assert list(in_turn(recent.get, ["log/a", "log/b"])) == [b"a" * 100, b"b" * 100]
    assert recent.get("log/a") == b"a" * 100
    assert len(client.done) == 2
    recent.get("log/c")
    recent.get("log/a")
    assert len(client.done) == 3, "the one that was not asked for longest went"
    recent.get("log/b")
    assert len(client.done) == 4
    recent.forget("log")
    assert recent.get("log/a") == b"a" * 100
    assert len(client.done) == 5
    assert recent.get("log/d") is None


async def test_records_of_one_object_cost_one_request() -> None:
    bucket = MemoryBucket()
    log = BucketStore(bucket.client().under(PREFIX)).create_log("results")
    places = await log.append([b"%d" % number for number in range(50)])
    client = bucket.client()
    reader = BucketStore(client.under(PREFIX))
    assert [reader.read(place) for place in places] == [b"%d" % number for number in range(50)]
    assert [operation for operation, _ in client.done] == ["get"]
    await log.close()
