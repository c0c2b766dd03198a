"""Runs made by hand for reports, small ones that have everything that a page shows."""

from collections.abc import Iterable, Sequence

from support.episodes import EpisodeBuilder, spec, update

from wardian.environments.findings import CheckResult
from wardian.episodes.record import Episode
from wardian.reports.failures.diagnoses import Diagnoses
from wardian.reports.failures.references import References
from wardian.reports.page.contents import Head
from wardian.reports.page.report import Report
from wardian.scoring.finished import Finished
from wardian.scoring.score import Scored
from wardian.scoring.trajectory import TrajectoryScorer

HEAD = Head(run="small-20260102-150405-ab12", job="small", version="0")
ARMS = ("careful", "hasty")
DIAGNOSES = Diagnoses(References({}, ()))
"""Of packs that are not here: the records alone are read."""


def scored(episode: Episode) -> Scored:
    """The episode with its scores."""
    scoring = TrajectoryScorer().score(episode)
    try:
        scoring.send(None)  # it waits for nothing, so that no event loop is needed
    except StopIteration as ended:
        return Scored(episode=episode, scores=tuple(ended.value))
    raise AssertionError("the scorer waits for something")


def report_of(episodes: Iterable[Episode], head: Head = HEAD) -> Report:
    """The report of episodes that never were in a folder."""
    return report_of_records([scored(each) for each in episodes], head)


def report_of_records(records: Sequence[Scored], head: Head = HEAD) -> Report:
    """The same, of episodes that have scores already."""
    finished = [Finished.of(each) for each in records]
    return Report(head, finished, lambda each: each.record or records[0], DIAGNOSES)


def solved(arm: str, task: str, seed: int = 1) -> Episode:
    """It looks, asks, and writes what is wanted."""
    change = update("orders", "W1", "street", "1 New Road", before="9 Old Lane")
    built = EpisodeBuilder(spec(arm, task, seed)).policy("Be kind.").user("I have moved, order W1.")
    built.call("get_order", {"order_id": "W1"}, '{"order_id": "W1", "now": "2026-03-02T09:15"}')
    built.call("change_address", {"order_id": "W1", "street": "1 New Road"}, changes=(change,))
    return built.say("Done.").done(expected=(change,), actual=(change,), reference_calls=2)


def slipped(arm: str, task: str, seed: int = 1) -> Episode:
    """It begins like `solved`, then makes an order up, repeats itself, meets a fault and writes something else."""
    wanted = update("orders", "W1", "street", "1 New Road", before="9 Old Lane")
    change = update("orders", "W1", "street", "1 Now Road", before="9 Old Lane")
    built = EpisodeBuilder(spec(arm, task, seed)).policy("Be kind.").user("I have moved, order W1.")
    built.call("get_order", {"order_id": "W1"}, '{"order_id": "W1", "now": "2026-03-02T09:15"}')
    built.call("get_order", {"order_id": "W777"}, '{"error": "there is no such order"}', error="not_found")
    built.call("get_order", {"order_id": "W777"}, '{"error": "there is no such order"}', error="not_found")
    built.call("change_address", {"order_id": "W1"}, "busy", error="unavailable", fault="timeout")
    built.call("change_address", {"order_id": "W1", "street": "1 Now Road"}, changes=(change,))
    check = CheckResult(name="state", passed=False, detail="missing: update orders[W1].street")
    return built.say("Done.").done(checks=(check,), expected=(wanted,), actual=(change,), reference_calls=2)


def small_run(tasks: int = 6) -> list[Episode]:
    """Two arms: the hasty one slips in every other task, one of its episodes is missing and one ran into a limit."""
    episodes = [solved(ARMS[0], f"task-{number}") for number in range(tasks)]
    episodes += [(solved, slipped)[number % 2](ARMS[1], f"task-{number}") for number in range(tasks)]
    episodes.append(EpisodeBuilder(spec(ARMS[1], "task-lost")).user("Hello").broken("provider"))
    checks = (CheckResult(name="state", passed=False),)
    episodes.append(EpisodeBuilder(spec(ARMS[1], "task-long")).say("Hm.").done(checks=checks, stop="turn_limit"))
    return episodes
