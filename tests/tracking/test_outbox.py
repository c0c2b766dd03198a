"""What waits for a tracker, and that it arrives once and in order, whoever dies in between."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from wardian.base.errors import ConfigError, boundary
from wardian.tracking.curves import Point
from wardian.tracking.delivery import Delivery
from wardian.tracking.outbox import Drawn, Ended, Opened, Outbox
from wardian.tracking.sample import SampledTrace
from wardian.tracking.scribe import Scribe
from wardian.tracking.span import Attributes, Span, SpanEvent
from wardian.tracking.summary import ArmFigures, Figure, RunCard, RunSummary

URI = "http://me:secret@tracker"
SUMMARY = RunSummary(status="finished", arms=(ArmFigures(arm="a", figures=(Figure(name="success", value=0.5),)),))


class Store:
    """A store in memory that fails when it is told to, before or after it has taken what it was given."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self.traces: list[SampledTrace] = []
        self.ended: list[Ended] = []
        self.kept: list[bool] = []
        self.opened: list[Path] = []
        self.known: set[str] = set()
        self.failing: list[str] = []

    def open(self, uri: str, card: RunCard, at_ms: int) -> "Runs":
        self.fail("before")
        self.opened.append(card.folder)
        fresh = card.run_id not in self.known
        self.known.add(card.run_id)
        return Runs(self, fresh=fresh)

    def fail(self, when: str) -> None:
        if self.failing and self.failing[0] == when:
            self.failing.pop(0)
            raise ConnectionError(f"no way to {URI}")


class Runs:
    experiment_id, run_id = "1", "r"

    def __init__(self, store: Store, *, fresh: bool) -> None:
        self._store = store
        self.fresh = fresh

    def draw(self, points: Iterable[Point]) -> None:
        self._store.fail("before")
        self._store.points += [point for point in points if point not in self._store.points]
        self._store.fail("after")

    def trace(self, sampled: Sequence[SampledTrace]) -> None:
        self._store.fail("before")
        self._store.traces += sampled
        self._store.fail("after")

    def finish(self, ended: Ended, *, keep: bool) -> None:
        self._store.fail("before")
        self._store.ended.append(ended)
        self._store.kept.append(keep)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def outbox(card: RunCard) -> Outbox:
    """Held, and opened."""
    outbox = Outbox(card.folder)
    outbox.hold()
    outbox.append(Opened(card=card, at_ms=1))
    return outbox


def delivery(outbox: Outbox, store: Store, uri: str = URI) -> Delivery:
    return Delivery(outbox, uri, store.open)


def drawn(outbox: Outbox) -> list[Point]:
    return [entry.point for entry, _ in outbox.entries() if isinstance(entry, Drawn)]


def test_entries_come_back_as_they_were_written(outbox: Outbox, card: RunCard) -> None:
    point = Point(arm="a", step=1, at_ms=5, values={"success": 1.0})
    outbox.append(Drawn(point=point))
    outbox.append(Ended(at_ms=9, status="finished", points=(point,), artifacts=(Path("tables"),)))
    assert [entry for entry, _ in outbox.entries()] == [
        Opened(card=card, at_ms=1),
        Drawn(point=point),
        Ended(at_ms=9, status="finished", points=(point,), artifacts=(Path("tables"),)),
    ]
    assert [end for _, end in outbox.entries()][-1] == outbox.size
    assert outbox.card == card
    assert outbox.ended
    assert not outbox.settled


def test_a_torn_line_is_cut_off_by_the_next_writer(outbox: Outbox, card: RunCard) -> None:
    whole = outbox.size
    outbox.release()
    path = card.folder / "outbox" / "entries.jsonl"
    path.write_bytes(path.read_bytes() + b'{"kind":"drawn","poi')
    assert Outbox(card.folder).size == whole
    assert len(list(Outbox(card.folder).entries())) == 1
    outbox.hold()
    outbox.append(Ended(at_ms=9, status="finished"))
    assert [entry.kind for entry, _ in outbox.entries()] == ["opened", "ended"]


def test_one_at_a_time(outbox: Outbox, card: RunCard) -> None:
    with pytest.raises(ConfigError, match="another process is delivering this run"):
        Outbox(card.folder).hold()
    outbox.release()
    Outbox(card.folder).hold()


def test_a_line_that_is_none_of_ours_is_named(outbox: Outbox, card: RunCard) -> None:
    path = card.folder / "outbox" / "entries.jsonl"
    path.write_bytes(b'{"kind":"sung"}\n')
    with pytest.raises(ConfigError, match="not an outbox of this version"):
        list(outbox.entries())


def test_everything_is_delivered_in_order_and_once(outbox: Outbox, card: RunCard, store: Store, results: Any) -> None:
    scribe, carrier = Scribe(outbox, card), delivery(outbox, store)
    for finished in results(3):
        scribe.add(finished.result)
        carrier.deliver()
    scribe.end(SUMMARY, 99)
    assert not carrier.complete
    carrier.deliver()
    carrier.deliver()
    assert store.points == drawn(outbox)
    assert [(ended.status, ended.at_ms) for ended in store.ended] == [("finished", 99)]
    assert store.ended[0].points == (
        Point(arm=None, step=6, at_ms=99, values={}),
        Point(arm="a", step=3, at_ms=99, values={"success": 0.5}),
    )
    assert carrier.tracked.problem is None
    assert carrier.tracked.run_id == "r"
    assert outbox.settled
    assert len(store.opened) == 1


@pytest.mark.parametrize("failing", [["before"], ["before"] * 4, ["after"], ["after", "before", "after", "after"]])
def test_what_failed_is_brought_again_from_where_it_failed(
    outbox: Outbox, card: RunCard, store: Store, results: Any, failing: list[str]
) -> None:
    scribe, carrier = Scribe(outbox, card), delivery(outbox, store)
    for finished in results(4):
        scribe.add(finished.result)
    scribe.end(SUMMARY, 99)
    store.failing = list(failing)
    for _ in failing:
        with pytest.raises(ConnectionError):
            carrier.deliver()
        assert not outbox.settled
    carrier.deliver()
    assert store.points == drawn(outbox)
    assert len(store.ended) == 1
    assert outbox.settled


def test_another_process_goes_on_where_the_first_one_died(
    outbox: Outbox, card: RunCard, store: Store, results: Any
) -> None:
    scribe = Scribe(outbox, card)
    for finished in results(2):
        scribe.add(finished.result)
    delivery(outbox, store).deliver()
    before = len(store.points)
    outbox.release()

    second = Outbox(card.folder)
    second.hold()
    second.append(Opened(card=card, at_ms=50))
    again = Scribe(second, card)
    for finished in results(4):
        again.add(finished.result)
    again.end(SUMMARY, 99)
    store.points.clear()
    delivery(second, store).deliver()
    assert [(point.arm, point.step) for point in store.points if point.arm == "a"] == [("a", 3), ("a", 4)]
    assert before + len(store.points) == len(drawn(second))


def test_results_in_another_order_draw_no_step_twice(outbox: Outbox, card: RunCard, results: Any) -> None:
    scribe = Scribe(outbox, card)
    for finished in results(3):
        scribe.add(finished.result)
    again = Scribe(outbox, card)
    for finished in reversed(list(results(4))):
        again.add(finished.result)
    steps = [(point.arm, point.step) for point in drawn(outbox)]
    assert len(steps) == len(set(steps)) == 16


def test_a_store_that_lost_the_run_and_another_store_get_everything(
    outbox: Outbox, card: RunCard, store: Store, results: Any
) -> None:
    scribe = Scribe(outbox, card)
    for finished in results(2):
        scribe.add(finished.result)
    delivery(outbox, store).deliver()
    scribe.end(SUMMARY, 99)
    wiped, other = Store(), Store()
    delivery(outbox, wiped).deliver()
    assert wiped.points == drawn(outbox)
    carrier = delivery(outbox, other, "http://other")
    assert not carrier.complete
    carrier.deliver()
    assert other.points == drawn(outbox)


def trace(name: str) -> SampledTrace:
    known: Attributes = {"text": "x", "count": 3, "share": 1.0, "yes": True, "stops": ("a",)}
    events = (SpanEvent("judged", 1.5, {"value": 1.0}),)
    span = Span(
        name="invoke_agent a", client=False, trace=name * 32, id="b" * 16, parent=None, start_s=1.0, end_s=2.0,
        attributes=known, events=events,
    )  # fmt: skip
    return SampledTrace(arm="a", why="worst", spans=(span,), scores={"success": 0.0})


def test_traces_come_before_the_end_and_once(outbox: Outbox, card: RunCard, store: Store) -> None:
    first, second = trace("a"), trace("c")
    Scribe(outbox, card).end(SUMMARY.model_copy(update={"traces": (first,)}), 10)
    Scribe(outbox, card).end(SUMMARY.model_copy(update={"traces": (first, second)}), 20)
    kinds = [entry.kind for entry, _ in outbox.entries()]
    assert kinds == ["opened", "sampled", "ended", "sampled", "ended"]
    delivery(outbox, store).deliver()
    assert [each.spans[0].trace for each in store.traces] == ["a" * 32, "c" * 32]
    (span,) = store.traces[0].spans
    types = {key: type(value) for key, value in span.attributes.items() if key != "stops"}
    assert types == {"text": str, "count": int, "share": float, "yes": bool}
    assert span.attributes["stops"] in (("a",), ["a"])
    assert span.events == first.spans[0].events


def test_only_the_last_end_brings_artifacts(outbox: Outbox, card: RunCard, store: Store) -> None:
    """The files are those of the newest part of the run; the ends before it were never delivered."""
    for at_ms in (10, 20):
        Scribe(outbox, card).end(SUMMARY, at_ms)
    delivery(outbox, store).deliver()
    assert store.kept == [False, True]


def test_a_folder_that_was_moved_is_delivered_from_where_it_is(
    outbox: Outbox, card: RunCard, store: Store, tmp_path: Path
) -> None:
    outbox.release()
    moved = card.folder.rename(tmp_path / "moved")
    delivery(Outbox(moved), store).deliver()
    assert store.opened == [moved]


def test_passwords_stay_in_memory(outbox: Outbox, card: RunCard, store: Store) -> None:
    carrier = delivery(outbox, store)
    store.failing = ["before"]
    with boundary(carrier.shortfall.failed):
        carrier.deliver()
    assert carrier.tracked.problem == (
        "MLflow at http://me:***@tracker misses a part of this run (ConnectionError: no way to http://me:***@tracker); "
        "`wardian sync returns-1` delivers it"
    )
    carrier.deliver()
    written = b"".join(path.read_bytes() for path in card.folder.rglob("*") if path.is_file())
    assert b"secret" not in written
