"""Every metric on records small enough to count by hand."""

import json
import time
from typing import Any

import pytest
from support.episodes import EpisodeBuilder, update
from support.scores import scores_of, value

from wardian.base.errors import Cause
from wardian.environments.change import Change
from wardian.environments.findings import CheckResult
from wardian.scoring.catalogue import CATALOGUE
from wardian.scoring.trajectory import TrajectoryScorer

SHIPPED = update("orders", "W1", "status", "cancelled")
REFUND = update("payments", "P1", "refunded", 30)
MISTAKE = update("orders", "W2", "status", "cancelled")


async def test_every_metric_of_the_catalogue_is_given_once_and_in_order() -> None:
    scores = await TrajectoryScorer().score(EpisodeBuilder().call("look").done())
    assert [score.metric for score in scores] == [metric.name for metric in CATALOGUE]


async def test_values_stay_within_the_range_of_the_catalogue() -> None:
    episode = (
        EpisodeBuilder()
        .call("a", error="x")
        .call("a", error="x")
        .call("b", changes=(SHIPPED,))
        .done(expected=(REFUND,), actual=(SHIPPED,), reference_calls=1)
    )
    scores = await scores_of(episode)
    for metric in CATALOGUE:
        number = scores[metric.name].value
        assert number is None or metric.low <= number <= (metric.high if metric.high is not None else number)


class TestOutcome:
    async def test_a_required_check_decides_and_weights_share(self) -> None:
        checks = (
            CheckResult(name="refunded", passed=False, weight=1),
            CheckResult(name="told", passed=True, weight=3, required=False),
        )
        scores = await scores_of(EpisodeBuilder().done(checks=checks))
        assert (scores["success"].value, scores["score"].value) == (0.0, 0.75)
        assert scores["success"].explanation == "refunded"

    async def test_no_check_is_no_success(self) -> None:
        optional = (CheckResult(name="told", passed=True, required=False),)
        assert await value(EpisodeBuilder().done(checks=optional), "success") == 0.0

    async def test_checks_without_weight_fall_back_to_success(self) -> None:
        weightless = (CheckResult(name="goal", passed=True, weight=0),)
        assert await value(EpisodeBuilder().done(checks=weightless), "score") == 1.0

    async def test_a_limit_is_no_failure_when_the_checks_pass(self) -> None:
        assert await value(EpisodeBuilder().done(stop="turn_limit"), "success") == 1.0

    async def test_the_agents_own_failure_scores_zero(self) -> None:
        scores = await scores_of(EpisodeBuilder().call("look").broken("agent", "context_overflow"))
        assert (scores["success"].value, scores["score"].value) == (0.0, 0.0)
        assert scores["diff_recall"].value is None

    @pytest.mark.parametrize("cause", ["infra", "provider", "grader", "budget", "user_sim", "environment", "cancelled"])
    async def test_somebody_elses_failure_is_not_scored(self, cause: Cause) -> None:
        assert not await TrajectoryScorer().score(EpisodeBuilder().call("look").broken(cause))


class TestState:
    async def test_precision_recall_and_side_effects(self) -> None:
        builder = EpisodeBuilder().call("cancel", {"order": "W1"}, changes=(SHIPPED,))
        builder.call("cancel", {"order": "W2"}, changes=(MISTAKE,))
        scores = await scores_of(builder.done(expected=(SHIPPED, REFUND), actual=(SHIPPED, MISTAKE)))
        assert scores["diff_precision"].value == 0.5
        assert scores["diff_recall"].value == 0.5
        assert scores["side_effects"].value == 1.0
        assert scores["side_effects"].evidence == (3,)

    async def test_a_surplus_row_whose_key_the_world_made_up_leads_to_the_call_that_made_it(self) -> None:
        made = Change(table="refunds", key="R7", column="*", kind="insert", after={"amount": 30})
        noted = update("refunds", "R1", "note", "late")
        builder = EpisodeBuilder().call("refund", changes=(made,)).call("note", changes=(noted,))
        surplus = made.model_copy(update={"key": "*"})
        score = (await scores_of(builder.done(False, actual=(surplus,))))["side_effects"]
        assert (score.value, score.evidence) == (1.0, (1,))

    async def test_the_right_row_with_a_wrong_value_is_a_miss_and_a_side_effect(self) -> None:
        wrong = update("payments", "P1", "refunded", 300)
        scores = await scores_of(EpisodeBuilder().done(expected=(REFUND,), actual=(wrong,)))
        assert [scores[name].value for name in ("diff_precision", "diff_recall", "side_effects")] == [0, 0, 1]

    async def test_what_was_before_does_not_count(self) -> None:
        again = update("payments", "P1", "refunded", 30, before=5)
        assert await value(EpisodeBuilder().done(expected=(REFUND,), actual=(again,)), "diff_recall") == 1.0

    async def test_inserted_rows_compare_by_content_whatever_the_order_of_columns(self) -> None:
        def row(after: dict[str, Any]) -> Change:
            return Change(table="returns", key="1", column="*", kind="insert", after=after)

        one, other = row({"id": 1, "items": ["a"]}), row({"items": ["a"], "id": 1})
        assert await value(EpisodeBuilder().done(expected=(one,), actual=(other,)), "diff_precision") == 1.0

    async def test_new_rows_that_are_alike_count_each(self) -> None:
        row = Change(table="refunds", key="*", column="*", kind="insert", after={"amount": 30})
        names = ("side_effects", "clean", "diff_precision", "diff_recall", "missing_effects")
        double = await scores_of(EpisodeBuilder().done(False, expected=(row,), actual=(row, row)))
        assert [double[name].value for name in names] == [1, 0, 0.5, 1, 0]
        half = await scores_of(EpisodeBuilder().done(False, expected=(row, row), actual=(row,)))
        assert [half[name].value for name in names] == [0, 1, 1, 0.5, 1]

    async def test_true_is_not_one(self) -> None:
        yes, one = update("t", "1", "c", True), update("t", "1", "c", 1)
        assert await value(EpisodeBuilder().done(expected=(yes,), actual=(one,)), "diff_recall") == 0.0

    async def test_a_deleted_row_is_not_a_value_set_to_null(self) -> None:
        gone = Change(table="t", key="1", column="*", kind="delete", before={"id": 1})
        null = update("t", "1", "*", None)
        assert await value(EpisodeBuilder().done(expected=(gone,), actual=(null,)), "diff_recall") == 0.0

    async def test_doing_nothing_has_no_precision_and_no_recall(self) -> None:
        scores = await scores_of(EpisodeBuilder().done(expected=(REFUND,)))
        assert [scores[name].value for name in ("diff_precision", "diff_recall", "side_effects")] == [None, 0, 0]

    async def test_nothing_to_do_and_nothing_done(self) -> None:
        scores = await scores_of(EpisodeBuilder().call("look").done())
        assert [scores[name].value for name in ("diff_precision", "diff_recall", "side_effects")] == [None, None, 0]

    async def test_an_environment_that_hides_its_changes_claims_no_clean_hands(self) -> None:
        scores = await scores_of(EpisodeBuilder().call("write", changed=True).done())
        names = ("side_effects", "missing_effects", "transient_side_effects", "clean", "diff_f1")
        assert [scores[name].value for name in names] == [None] * 5

    async def test_f1_weighs_both_sides_and_what_is_missing_has_a_name(self) -> None:
        scores = await scores_of(EpisodeBuilder().done(expected=(SHIPPED, REFUND, MISTAKE), actual=(SHIPPED,)))
        assert scores["diff_f1"].value == 0.5
        assert (scores["missing_effects"].value, scores["clean"].value) == (2.0, 1.0)
        assert scores["missing_effects"].explanation == "update orders[W2].status"

    async def test_a_side_effect_is_not_clean(self) -> None:
        assert await value(EpisodeBuilder().done(expected=(SHIPPED,), actual=(SHIPPED, MISTAKE)), "clean") == 0.0

    async def test_what_was_changed_and_restored_is_seen_in_the_log_only(self) -> None:
        there = update("orders", "W2", "status", "cancelled", before="open")
        back = update("orders", "W2", "status", "open", before="cancelled")
        builder = EpisodeBuilder().call("cancel", changes=(there,)).call("look").call("reopen", changes=(back,))
        scores = await scores_of(builder.done())
        assert (scores["transient_side_effects"].value, scores["side_effects"].value) == (1.0, 0.0)
        assert scores["transient_side_effects"].evidence == (1, 5)
        allowed = builder.done(passing=(("orders", "W2", "status"),))
        assert await value(allowed, "transient_side_effects") == 0.0
        builder.call("cancel", changes=(there,))
        assert await value(builder.done(actual=(there,)), "transient_side_effects") == 0.0

    async def test_what_is_nobodys_business_is_no_transient_side_effect(self) -> None:
        row = Change(table="tokens", key="1", column="*", kind="insert", after={"id": 1})
        gone = Change(table="tokens", key="1", column="*", kind="delete", before={"id": 1})
        builder = EpisodeBuilder().call("login", changes=(row,)).call("logout", changes=(gone,))
        assert await value(builder.done(ignored=("tokens",)), "transient_side_effects") == 0.0
        assert await value(builder.done(), "transient_side_effects") == 1.0

    async def test_what_the_user_does_is_not_the_agents_transient_side_effect(self) -> None:
        off, on = update("phone", "1", "wifi", 0, before=1), update("phone", "1", "wifi", 1, before=0)
        builder = EpisodeBuilder().say("Turn it off and on.").user("off", (off,)).user("on", (on,))
        assert await value(builder.done(), "transient_side_effects") == 0.0


class TestEfficiency:
    async def test_counts_and_price(self) -> None:
        scores = await scores_of(EpisodeBuilder().user("hi").call("look").call("x", together=True).say("bye").done())
        assert [scores[name].value for name in ("turns", "n_tool_calls", "tokens")] == [2, 2, 220]
        assert scores["cost_usd"].value == pytest.approx(0.02)

    async def test_an_unknown_price_is_not_free(self) -> None:
        assert await value(EpisodeBuilder(price=None).call("look").done(), "cost_usd") is None

    @pytest.mark.parametrize(("calls", "expected"), [(1, 1.0), (2, 1.0), (4, 0.5)])
    async def test_path_efficiency(self, calls: int, expected: float) -> None:
        builder = EpisodeBuilder()
        for number in range(calls):
            builder.call("look", {"page": number})
        scores = await scores_of(builder.done(reference_calls=2))
        assert (scores["path_efficiency"].value, scores["spl"].value) == (expected, expected)

    @pytest.mark.parametrize("calls", [0, 1, 2])
    async def test_giving_up_is_no_short_way(self, calls: int) -> None:
        builder = EpisodeBuilder()
        for number in range(calls):
            builder.call("look", {"page": number})
        scores = await scores_of(builder.done(False, reference_calls=2))
        assert (scores["path_efficiency"].value, scores["spl"].value) == (None, 0.0)

    async def test_spl_is_the_path_of_a_success(self) -> None:
        assert await value(EpisodeBuilder().call("a").call("b").done(reference_calls=1), "spl") == 0.5

    async def test_no_reference_no_path(self) -> None:
        assert await value(EpisodeBuilder().call("a").done(), "path_efficiency") is None

    async def test_a_repeated_read_is_redundant_however_it_is_spelled(self) -> None:
        builder = EpisodeBuilder().call("get", {"a": 1, "b": 2}).call("other").call("get", '{ "b":2,"a":1 }')
        score = (await scores_of(builder.done()))["redundant_calls"]
        assert (score.value, score.evidence) == (1.0, (5,))

    async def test_reading_again_after_a_write_is_not(self) -> None:
        episode = EpisodeBuilder().call("get").call("set", changes=(SHIPPED,)).call("get").done()
        assert await value(episode, "redundant_calls") == 0.0

    async def test_writing_the_same_again_without_effect_is(self) -> None:
        assert await value(EpisodeBuilder().call("set", changes=(SHIPPED,)).call("set").done(), "redundant_calls") == 1

    async def test_calling_again_what_a_fault_refused_is_not(self) -> None:
        struck = EpisodeBuilder().call("get", error="timeout", fault="timeout").call("get")
        assert await value(struck.done(), "redundant_calls") == 0.0
        assert await value(struck.call("get").done(), "redundant_calls") == 1.0, "it had its answer by then"

    async def test_paying_twice_is_not_redundant_but_worse(self) -> None:
        episode = EpisodeBuilder().call("pay", changes=(REFUND,)).call("pay", changes=(REFUND,)).done()
        assert await value(episode, "redundant_calls") == 0.0

    async def test_reads_beyond_those_of_the_reference_are_overhead(self) -> None:
        builder = EpisodeBuilder().call("a", text="1").call("b", text="2", writes=True).call("c", text="3", error="x")
        builder.call("d", text="4", writes=False).call("e", text="5")
        score = (await scores_of(builder.done(reference_reads=1)))["read_overhead"]
        assert (score.value, score.evidence) == (2.0, (1, 7, 9))
        score = (await scores_of(builder.done(reference_reads=3)))["read_overhead"]
        assert (score.value, score.evidence) == (0.0, ())
        assert await value(builder.done(), "read_overhead") is None

    async def test_what_only_touches_the_clock_is_a_read(self) -> None:
        tick = update("clock", "0", "now", "12:01")
        builder = EpisodeBuilder().call("look", changes=(tick,)).call("look", changed=True)
        quiet = builder.done(reference_reads=0, ignored=("clock",), expected=(SHIPPED,))
        assert await value(quiet, "read_overhead") == 2.0

    async def test_an_answer_that_was_given_before_is_no_gain(self) -> None:
        order = '{"id":"W1","status":"open"}'
        builder = EpisodeBuilder().call("list", text=f"[{order}]").call("get", {"id": "W1"}, order)
        score = (await scores_of(builder.done()))["no_gain_reads"]
        assert (score.value, score.evidence) == (1.0, (3,))

    async def test_a_part_is_only_looked_for_in_recent_answers_and_the_whole_in_all(self) -> None:
        builder = EpisodeBuilder().user("W1?").call("list", text='{"orders":["W1 is on its way"]}')
        for number in range(40):
            builder.call("get", text=f'"order number {number} is here"')
        builder.call("get", text='"W1 is on its way"').call("list", text='{"orders":["W1 is on its way"]}')
        score = (await scores_of(builder.done()))["no_gain_reads"]
        assert (score.value, score.evidence) == (1.0, (86,))

    async def test_a_short_answer_is_no_gain_when_the_same_call_gave_it(self) -> None:
        builder = EpisodeBuilder().call("find", {"q": 1}, "[]").call("find", {"q": 2}, "[]")
        assert await value(builder.done(), "no_gain_reads") == 0.0
        assert await value(builder.call("find", {"q": 1}, "[]").done(), "no_gain_reads") == 1.0
        assert await value(builder.call("find", {"q": 1}, "[]", writes=True).done(), "no_gain_reads") == 1.0

    async def test_virtual_time_is_that_of_a_success(self) -> None:
        assert await value(EpisodeBuilder().done(virtual_s=90.0), "virtual_s") == 90.0
        assert await value(EpisodeBuilder().done(False, virtual_s=90.0), "virtual_s") is None
        assert await value(EpisodeBuilder().done(virtual_s=0.0), "virtual_s") is None


class TestHallucination:
    async def test_error_codes_are_counted(self) -> None:
        builder = EpisodeBuilder().call("fly", error="unknown_tool").call("get", "{", error="invalid_arguments")
        scores = await scores_of(builder.call("get", error="not_found").done())
        assert (scores["unknown_tool"].value, scores["unknown_tool"].evidence) == (1.0, (1,))
        assert (scores["schema_invalid"].value, scores["schema_invalid"].evidence) == (1.0, (3,))

    @pytest.mark.parametrize(
        "arguments",
        [
            {"order_id": "W1"},
            {"order_id": "#W1"},
            {"order_id": "w1"},
            {"orderId": "W1"},
            {"email": "Ann@shop.org"},
            {"item_ids": ["I7", 8]},
            {"items": [{"item_id": "I7"}]},
            {"order_id": ""},
            {"order_id": None},
            {"valid": "no id"},
            {"paid": "never said"},
            {"reason": "never said"},
        ],
    )
    async def test_grounded(self, arguments: dict[str, object]) -> None:
        builder = EpisodeBuilder().policy("Item I7 is banned").user("I am ann@shop.org, order W1.")
        builder.call("list", text='{"ids":[8],"note":"see\\nI9"}').call("get", arguments)
        assert await value(builder.done(), "ungrounded_args") == 0.0

    @pytest.mark.parametrize(
        "arguments",
        [
            {"order_id": "W2"},
            {"order_id": "W"},
            {"order_id": 1},
            {"user": {"email": "bob@shop.org"}},
            {"item_ids": ["I7", "W1"]},
            {"zip": "10115"},
        ],
    )
    async def test_ungrounded(self, arguments: dict[str, object]) -> None:
        score = (await scores_of(EpisodeBuilder().user("order W1").call("get", arguments).done()))["ungrounded_args"]
        assert (score.value, score.evidence) == (1.0, (2,))

    async def test_an_id_after_an_escaped_newline_is_a_word(self) -> None:
        episode = EpisodeBuilder().call("list", text='{"note":"see\\nW9"}').call("get", {"order_id": "W9"}).done()
        assert await value(episode, "ungrounded_args") == 0.0

    async def test_the_agents_own_words_are_no_source(self) -> None:
        episode = EpisodeBuilder().say("Is it W5?").user("yes").call("get", {"order_id": "W5"}).done()
        score = (await scores_of(episode))["ungrounded_args"]
        assert (score.value, score.explanation) == (1.0, "order_id=W5")

    async def test_an_error_that_repeats_the_invention_is_no_source_but_its_hint_is(self) -> None:
        builder = EpisodeBuilder().call("get", {"order_id": "W5"}, '{"error": "no W5, but W6"}', error="not_found")
        builder.call("get", {"order_id": "W5"}, error="not_found").call("get", {"order_id": "W6"})
        assert await value(builder.done(), "ungrounded_args") == 2.0

    async def test_what_nobody_spoke_of_and_does_not_exist(self) -> None:
        builder = EpisodeBuilder().user("order W1").call("get", {"order_id": "W1"}, error="not_found")
        builder.call("get", {"order_id": "W5"}, error="not_found").call("get", {"order_id": "W6"})
        score = (await scores_of(builder.done()))["nonexistent_ref"]
        assert (score.value, score.evidence) == (1.0, (4,))

    async def test_a_result_of_the_same_turn_has_not_been_read_yet(self) -> None:
        builder = EpisodeBuilder().call("list", text="W1").call("get", {"order_id": "W1"}, together=True)
        assert await value(builder.done(), "ungrounded_args") == 1.0

    @pytest.mark.parametrize(
        "raw", ["", "{", "null", "[" * 900 + "]" * 900, '{"order_id": "\\ud800"}', "NaN", "\ud800"]
    )
    async def test_garbage_is_no_crash(self, raw: str) -> None:
        scores = await scores_of(EpisodeBuilder().call("get", raw).call("get", raw).done())
        assert (scores["ungrounded_args"].value, scores["redundant_calls"].value) == (0.0, 1.0)


class TestRecovery:
    async def test_nothing_went_wrong(self) -> None:
        scores = await scores_of(EpisodeBuilder().call("a").call("b").done())
        assert (scores["recovery_rate"].value, scores["loop_len"].value) == (None, 0.0)

    async def test_another_call_that_works_is_a_recovery(self) -> None:
        assert await value(EpisodeBuilder().call("a", error="x").call("b").done(), "recovery_rate") == 1.0

    async def test_the_identical_call_is_none(self) -> None:
        score = (await scores_of(EpisodeBuilder().call("a", error="x").call("a").done()))["recovery_rate"]
        assert (score.value, score.evidence) == (0.0, (1,))

    async def test_the_fourth_call_is_too_late_for_the_first_error(self) -> None:
        builder = EpisodeBuilder()
        for _ in range(4):
            builder.call("a", error="x")
        assert await value(builder.call("b").done(), "recovery_rate") == 0.75

    async def test_recovery_within_one_call_and_within_five(self) -> None:
        builder = EpisodeBuilder().call("a", error="x").call("a", error="x").call("b").call("c", error="x")
        scores = await scores_of(builder.done())
        assert scores["recovered_at_1"].value == pytest.approx(1 / 3)
        assert scores["recovered_at_1"].evidence == (1, 7)
        assert scores["recovered_at_5"].value == pytest.approx(2 / 3)
        assert scores["steps_to_recover"].value == 1.5

    async def test_nothing_to_recover_from_takes_no_steps(self) -> None:
        assert await value(EpisodeBuilder().call("a").done(), "steps_to_recover") is None
        assert await value(EpisodeBuilder().call("a", error="x").done(), "steps_to_recover") is None

    async def test_the_very_same_call_again_is_an_identical_retry(self) -> None:
        builder = EpisodeBuilder().call("a", {"n": 1}, error="x").call("a", {"n": 1}, error="x").call("a", {"n": 2})
        score = (await scores_of(builder.done()))["identical_retry_rate"]
        assert (score.value, score.evidence) == (0.5, (3,))

    async def test_a_call_that_a_fault_refused_may_be_repeated(self) -> None:
        struck = EpisodeBuilder().call("a", error="timeout", fault="timeout").call("a")
        assert await value(struck.done(), "identical_retry_rate") is None

    @pytest.mark.parametrize(
        ("calls", "length"),
        [("", 0), ("a", 0), ("ab", 0), ("aa", 2), ("baaab", 3), ("abab", 4), ("aba", 0), ("abcabc", 6), ("xababab", 6)],
    )
    async def test_loops(self, calls: str, length: int) -> None:
        builder = EpisodeBuilder()
        for name in calls:
            builder.call(name)
        score = (await scores_of(builder.done()))["loop_len"]
        assert (score.value, len(score.evidence)) == (length, length)

    async def test_calling_again_what_a_fault_refused_is_no_loop(self) -> None:
        struck = EpisodeBuilder()
        for _ in range(3):
            struck.call("get", error="timeout", fault="timeout")
        assert await value(struck.call("get").done(), "loop_len") == 0.0
        assert await value(struck.call("get").done(), "loop_len") == 2.0, "it had its answer by then"

    async def test_what_changes_the_state_is_no_loop(self) -> None:
        assert await value(EpisodeBuilder().call("pay", changed=True).call("pay", changed=True).done(), "loop_len") == 0


async def test_scoring_twenty_calls_takes_little_time() -> None:
    """The budget is 2 ms of CPU, and half of it is used; the bound here is loose, for the machine may be busy."""
    orders = [f"W{number}" for number in range(20)]
    builder = EpisodeBuilder().policy("Be kind. " * 500).user("I am ann@shop.org. " + ", ".join(orders))
    for number, order in enumerate(orders):
        text = json.dumps({"order_id": order, "items": [f"I{item}" for item in range(100)]})
        error = "not_found" if order == "W4" else None
        builder.call("get", {"order_id": order, "item_ids": ["I5", "I7"]}, text, error=error)
        if not number % 4:
            builder.say(f"The order {order} was $17.{number + 10}. Shall I cancel it?").user("Is that free?")
    episode, scorer = builder.done(expected=(SHIPPED,), reference_calls=8), TrajectoryScorer()

    async def once() -> float:
        start = time.process_time()
        for _ in range(20):
            await scorer.score(episode)
        return (time.process_time() - start) / 20

    assert min([await once() for _ in range(5)]) < 0.004
