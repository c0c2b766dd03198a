"""The list of episodes in the page."""

from support.episodes import EpisodeBuilder, spec
from support.reported import ARMS, scored, slipped, small_run, solved

from wardian.base.errors import Failure
from wardian.environments.findings import CheckResult
from wardian.episodes.record import Episode
from wardian.reports.page.entry import Entry
from wardian.reports.page.groups import Group, group_of
from wardian.reports.page.index import Index, index_of
from wardian.scoring.finished import Finished


def entry(episode: Episode) -> Entry:
    record = scored(episode)
    return Entry.of(Finished.of(record), record)


def index(*episodes: Episode) -> Index:
    return index_of([entry(each) for each in episodes])


def test_every_column_is_as_long_as_the_list() -> None:
    made = index(*small_run())
    columns = [*made.numbers.values(), *made.values.values(), *(each.codes for each in made.texts.values())]
    assert {len(column) for column in columns} == {len(made.keys)} == {len(made.group)} == {14}


def test_texts_stand_once() -> None:
    arm = index(*small_run()).texts["arm"]
    assert arm.names == ARMS
    assert [arm.names[code] for code in arm.codes].count("careful") == 6


def test_seeds_keep_all_their_digits() -> None:
    assert index(solved("a", "t", seed=2**63 - 1)).texts["seed"].names == (str(2**63 - 1),)


def test_what_happened_is_counted() -> None:
    numbers = index(slipped("a", "t")).numbers
    assert {name: numbers[name][0] for name in ("calls", "errors", "faults", "turns")} == {
        "calls": 5,
        "errors": 3,
        "faults": 1,
        "turns": 6,
    }


def test_metrics_that_do_not_apply_are_unknown_and_so_is_a_price() -> None:
    made = index(solved("a", "t"), EpisodeBuilder(spec("a", "u"), price=None).say("Hm.").done())
    assert made.values["path_efficiency"] == [1.0, None]
    assert made.numbers["cost_usd"][1] is None


def test_episodes_that_failed_alike_are_one_group_and_those_that_succeeded_none() -> None:
    made = index(slipped("a", "t"), solved("a", "u"), slipped("b", "t"))
    assert made.groups == (Group(kind="checks", label="state"),)
    assert made.group == (0, -1, 0)


def test_a_group_says_what_its_first_episode_says() -> None:
    made = index(EpisodeBuilder(spec("a", "t")).broken("provider"), slipped("a", "u"))
    assert made.groups[0] == Group(kind="missing", label="timeout", blame="provider")
    assert made.messages == ("it broke", "")


def test_limits_and_agents_that_break_are_groups_of_their_own() -> None:
    checks = (CheckResult(name="one", passed=False), CheckResult(name="two", passed=False, required=False))
    limited = scored(EpisodeBuilder().say("Hm.").done(checks=checks, stop="turn_limit"))
    assert group_of(limited) == Group(kind="limit", label="turn_limit: one")
    broken = scored(EpisodeBuilder().say("Hm.").broken("agent", "agent_failed"))
    assert group_of(broken) == Group(kind="agent", label="agent_failed")
    unscored = scored(solved("a", "t")).model_copy(update={"failure": Failure(cause="grader", kind="X", message="")})
    assert group_of(unscored) == Group(kind="missing", label="X", blame="grader")
