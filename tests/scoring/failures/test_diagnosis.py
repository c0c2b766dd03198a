"""Each detector finds what it is for, and nothing where that is not."""

import pytest
from support.episodes import EpisodeBuilder, update

from wardian.environments.change import Change
from wardian.environments.findings import CheckResult
from wardian.episodes.record import Episode, Stop
from wardian.scoring.failures.diagnosis import diagnose
from wardian.scoring.failures.symptom import DETECTORS, MEANINGS, Symptom

SHIPPED = update("orders", "W1", "status", "shipped")
CLOSED = update("orders", "W1", "status", "closed")
OTHER = update("orders", "W2", "status", "shipped")
TOLD = update("mails", "M1", "sent", True)


def found(episode: Episode, reference: Episode | None = None) -> list[tuple[str, str, str, tuple[int, ...]]]:
    return [(each.detector, each.tool, each.about, each.positions) for each in diagnose(episode, reference)]


def names(episode: Episode, reference: Episode | None = None) -> list[str]:
    return [each.detector for each in diagnose(episode, reference)]


def shipping() -> Episode:
    """The reference: look, ship, tell."""
    builder = EpisodeBuilder().user("Ship W1.").call("get", {"order_id": "W1"})
    builder.call("ship", {"order_id": "W1", "note": "now"}, changes=(SHIPPED,)).call("tell", changes=(TOLD,))
    return builder.done(expected=(SHIPPED, TOLD), actual=(SHIPPED, TOLD))


def failed(builder: EpisodeBuilder, *actual: Change, stop: Stop = "finished") -> Episode:
    return builder.done(False, expected=(SHIPPED, TOLD), actual=actual, reference_calls=3, stop=stop)


def test_every_detector_says_what_it_finds() -> None:
    assert set(MEANINGS) == set(DETECTORS)


class TestCalls:
    def test_what_succeeds_as_the_reference_does_has_no_symptom(self) -> None:
        assert found(shipping(), shipping()) == []

    def test_a_call_that_is_not_there(self) -> None:
        builder = EpisodeBuilder().user("Ship W1.").call("tell", changes=(TOLD,))
        assert found(failed(builder, TOLD), shipping()) == [
            ("missing_call", "ship", "", ()),
            ("premature_stop", "", "", (2,)),
            ("bad_final_state", "ship", "orders.status: missing", ()),
        ]

    def test_without_the_reference_nothing_is_said_of_calls(self) -> None:
        builder = EpisodeBuilder().user("Ship W1.").call("tell", changes=(TOLD,))
        assert "missing_call" not in names(failed(builder, TOLD))

    def test_a_call_with_another_argument_stands_in_for_the_right_one(self) -> None:
        builder = EpisodeBuilder().user("W1, W2").call("ship", {"order_id": "W2"}, changes=(OTHER,))
        builder.call("tell", changes=(TOLD,))
        assert found(failed(builder, OTHER, TOLD), shipping()) == [
            ("wrong_args", "ship", "order_id", (2,)),
            ("bad_final_state", "ship", "orders.status: wrong", (2,)),
        ]

    def test_free_text_is_nobodys_mistake_where_something_else_differs(self) -> None:
        builder = EpisodeBuilder().user("W1, W2").call("ship", {"order_id": "W2", "note": "soon"}, changes=(OTHER,))
        abouts = [each.about for each in diagnose(failed(builder, OTHER), shipping()) if each.detector == "wrong_args"]
        assert abouts == ["order_id"]

    def test_the_right_call_with_other_words_is_not_missing(self) -> None:
        builder = EpisodeBuilder().user("W1").call("ship", {"order_id": "W1", "note": "at once"}, changes=(CLOSED,))
        assert "missing_call" not in names(failed(builder, CLOSED, TOLD), shipping())

    def test_other_words_are_a_mistake_where_nothing_else_is_wrong(self) -> None:
        texts = "all is not well now, alas", "all is well now, my friends"
        said, wanted = (EpisodeBuilder().call("post", {"body": text}, changed=True) for text in texts)
        assert found(said.done(False), wanted.done()) == [("wrong_args", "post", "body", (1,))]
        assert names(said.done(), wanted.done()) == []

    def test_a_call_of_the_reference_stands_in_for_no_other_one(self) -> None:
        texts = "the first line of the file", "the first line of the file, and the second one"
        first, both = (update("files", "F1", "content", text) for text in texts)
        reference = EpisodeBuilder().call("write", {"content": first.after}, changes=(first,))
        reference.call("write", {"content": both.after}, changes=(both,))
        episode = EpisodeBuilder().call("write", {"content": first.after}, changes=(first,))
        found_in = names(
            episode.done(False, expected=(both,), actual=(first,), reference_calls=2), reference.done(expected=(both,))
        )
        assert found_in == ["missing_call", "premature_stop", "bad_final_state"]

    def test_other_words_are_a_mistake_where_the_world_keeps_them_and_they_are_not_there(self) -> None:
        texts = "all is not well now, alas", "all is well now, my friends"
        said, wanted = (update("tweets", "T1", "text", text) for text in texts)
        reference = EpisodeBuilder().call("post", {"body": wanted.after}, changes=(wanted,)).done(expected=(wanted,))
        episode = EpisodeBuilder().call("post", {"body": said.after}, changes=(said,))
        found_in = found(episode.done(False, expected=(wanted,), actual=(said,)), reference)
        assert found_in[0] == ("wrong_args", "post", "body", (1,))

    def test_code_is_no_prose(self) -> None:
        def asking(sql: str) -> EpisodeBuilder:
            return EpisodeBuilder().call("query", {"sql": sql}).say("Five.")

        reference = asking("SELECT count(*) FROM orders WHERE state = 'late'").done()
        episode = asking("SELECT count(*) FROM orders WHERE state = 'lost'").done(False)
        assert ("wrong_args", "query", "sql", (1,)) in found(episode, reference)

    def test_of_equal_calls_the_first_is_the_one_too_many(self) -> None:
        both = (update("alerts", "A1", "seen", 1), update("alerts", "A2", "seen", 1))
        reference = EpisodeBuilder().user("A1, A2")
        for name, change in zip(("A1", "A2"), both, strict=True):
            reference.call("see", {"alert_id": name}, changes=(change,))
        episode = EpisodeBuilder().user("A1, A2").call("see", {"alert_id": "A2"}, changes=both[1:])
        episode.call("see", {"alert_id": "A2"})
        symptoms = found(episode.done(False, expected=both, actual=both[1:]), reference.done())
        assert symptoms[0] == ("wrong_args", "see", "alert_id", (2,))

    def test_where_users_do_the_work_the_looks_before_it_count(self) -> None:
        plane = update("phones", "L1", "airplane_mode", 0)
        reference = EpisodeBuilder().call("get_line").say("Turn it off.").done(expected=(plane,), actual=(plane,))
        episode = EpisodeBuilder().say("Sorry.").done(False, expected=(plane,))
        assert names(episode, reference) == ["missing_call", "premature_stop", "bad_final_state"]

    def test_an_unwanted_change_alone_says_nothing_of_missing_looks(self) -> None:
        builder = EpisodeBuilder().user("W1").call("ship", {"order_id": "W1"}, changes=(SHIPPED,))
        builder.call("tell", changes=(TOLD,)).call("close", {"order_id": "W1"}, changes=(OTHER,))
        assert names(failed(builder, SHIPPED, TOLD, OTHER), shipping()) == ["wrong_tool", "bad_final_state"]

    def test_a_mistake_that_was_mended_is_no_wrong_argument(self) -> None:
        builder = EpisodeBuilder().user("W1, W2").call("ship", {"order_id": "W2"}, error="not_found")
        builder.call("ship", {"order_id": "W1"}, changes=(SHIPPED,))
        assert "wrong_args" not in names(failed(builder, SHIPPED), shipping())

    def test_a_tool_that_the_reference_never_calls_and_that_does_harm(self) -> None:
        builder = EpisodeBuilder().user("Ship W1.").call("close", {"order_id": "W1"}, changes=(CLOSED,))
        assert ("wrong_tool", "close", "", (2,)) in found(failed(builder, CLOSED), shipping())

    def test_looking_elsewhere_is_no_wrong_tool(self) -> None:
        builder = EpisodeBuilder().user("Ship W1.").call("list_orders").call("tell", changes=(TOLD,))
        assert "wrong_tool" not in names(failed(builder, TOLD), shipping())

    def test_a_tool_that_does_not_exist(self) -> None:
        episode = EpisodeBuilder().call("fly", error="unknown_tool").done(False)
        assert ("wrong_tool", "fly", "", (1,)) in found(episode)

    def test_where_nothing_is_to_be_changed_a_look_may_be_missing(self) -> None:
        reference = EpisodeBuilder().call("get", {"order_id": "W1"}).say("Tomorrow.").done()
        episode = EpisodeBuilder().say("Soon.").done(False)
        assert found(episode, reference) == [("missing_call", "get", "", ()), ("premature_stop", "", "", (0,))]

    def test_a_world_that_does_not_say_what_changes_is_compared_by_calls(self) -> None:
        reference = (
            EpisodeBuilder().call("cd", {"to": "a"}, changed=True).call("rm", {"file": "b"}, changed=True).done()
        )
        episode = EpisodeBuilder().call("cd", {"to": "x"}, changed=True).call("rm", {"file": "b"}, changed=True)
        assert found(episode.done(False), reference) == [("wrong_args", "cd", "to", (1,))]


class TestConduct:
    def test_an_id_that_nobody_mentioned(self) -> None:
        episode = EpisodeBuilder().user("Ship W1.").call("get", {"order_id": "W9"}).done(False)
        assert ("hallucinated_id", "get", "order_id", (2,)) in found(episode)

    def test_an_id_that_the_reference_gives_unheard_as_well_is_none(self) -> None:
        reference = EpisodeBuilder().user("Ship it.").call("get", {"plan_id": "gold"}).done()
        episode = EpisodeBuilder().user("Ship it.").call("get", {"plan_id": "gold"}).done(False)
        assert "hallucinated_id" not in names(episode, reference)

    def test_all_places_of_one_symptom_are_together(self) -> None:
        builder = EpisodeBuilder().user("W1").call("get", {"order_id": "W8"}).call("get", {"order_id": "W9"})
        assert found(builder.done(False))[0] == ("hallucinated_id", "get", "order_id", (2, 4))

    @pytest.mark.parametrize(("calls", "expected"), [("aa", []), ("aaa", [1, 3, 5]), ("abab", [1, 3, 5, 7])])
    def test_three_calls_in_a_circle_are_a_loop(self, calls: str, expected: list[int]) -> None:
        builder = EpisodeBuilder()
        for name in calls:
            builder.call(name)
        loops = [each for each in diagnose(builder.done(False)) if each.detector == "loop"]
        assert [list(each.positions) for each in loops] == ([expected] if expected else [])

    def test_an_error_that_is_not_got_over(self) -> None:
        episode = EpisodeBuilder().call("get", error="not_found").say("Sorry.").done(False)
        assert ("dead_end_no_recovery", "get", "not_found", (1,)) in found(episode)

    def test_a_fault_is_named_instead_of_its_error(self) -> None:
        episode = EpisodeBuilder().call("get", error="unavailable", fault="timeout").done(False)
        assert ("dead_end_no_recovery", "get", "timeout", (1,)) in found(episode)

    def test_an_error_that_is_got_over_is_none(self) -> None:
        assert "dead_end_no_recovery" not in names(EpisodeBuilder().call("a", error="x").call("b").done(False))


class TestEnds:
    def test_fewer_calls_than_the_reference_makes(self) -> None:
        episode = failed(EpisodeBuilder().user("Ship W1.").call("get", {"order_id": "W1"}).say("Bye."))
        assert ("premature_stop", "", "", (3,)) in found(episode)

    def test_who_leaves_a_step_out_and_goes_on_did_not_stop_early(self) -> None:
        builder = EpisodeBuilder().user("Ship W1.").call("tell", {"again": True}, changes=(CLOSED,))
        assert "premature_stop" not in names(failed(builder, CLOSED), shipping())

    def test_an_agent_that_breaks_is_told_by_its_error(self) -> None:
        episode = EpisodeBuilder().user("hi").broken("agent", "context_overflow")
        assert found(episode) == [("premature_stop", "", "context_overflow", (0,))]

    @pytest.mark.parametrize("stop", ["turn_limit", "error_limit", "token_limit", "time_limit"])
    def test_a_limit(self, stop: Stop) -> None:
        assert ("turn_cap", "", stop, (1,)) in found(EpisodeBuilder().call("get").done(False, stop=stop))

    def test_who_is_done_at_the_limit_is_not_cut_off(self) -> None:
        assert names(EpisodeBuilder().call("get").done(stop="turn_limit")) == []


class TestVerdicts:
    def test_a_broken_rule_names_its_call(self) -> None:
        rule = CheckResult(name="asks_first", passed=False, rule="confirm_before_write", actions=(2,))
        episode = EpisodeBuilder().call("pay").say("Paid.").call("pay").done(checks=(rule,))
        assert found(episode) == [("policy_violation", "pay", "asks_first", (4,))]

    def test_a_broken_rule_may_be_in_a_text_or_in_no_step_at_all(self) -> None:
        told = CheckResult(name="keeps_secrets", passed=False, rule="no_disclosure", actions=(1,))
        law = CheckResult(name="balance", passed=False, rule="invariant")
        episode = EpisodeBuilder().call("get").say("It is 1234.").done(checks=(told, law))
        assert found(episode) == [
            ("policy_violation", "", "keeps_secrets", (2,)),
            ("policy_violation", "", "balance", ()),
        ]

    def test_a_goal_that_is_not_reached_is_no_broken_rule(self) -> None:
        goal = CheckResult(name="told", passed=False, detail="the user was not told")
        assert found(EpisodeBuilder().call("get").done(checks=(goal,))) == [("unexplained", "", "told", ())]

    def test_the_same_change_once_too_often_is_unwanted(self) -> None:
        sent = Change(table="mails", key="*", column="*", kind="insert", after={"to": "ann"})
        builder = EpisodeBuilder().call("send", changes=(sent,)).call("send", changes=(sent,))
        episode = builder.done(False, expected=(sent,), actual=(sent, sent))
        assert found(episode) == [("bad_final_state", "send", "mails.*: unwanted", (1, 3))]

    def test_columns_of_a_table_are_told_together(self) -> None:
        wanted = tuple(update("orders", "W1", column, "x") for column in ("zip", "city"))
        assert found(EpisodeBuilder().done(False, expected=wanted)) == [
            ("bad_final_state", "", "orders.city, zip: missing", ())
        ]


def test_who_is_broken_by_others_has_no_symptom() -> None:
    assert diagnose(EpisodeBuilder().call("get", error="x").broken("infra")) == ()


def test_a_success_may_have_symptoms() -> None:
    episode = EpisodeBuilder().user("W1").call("get", {"order_id": "W9"}).call("get", {"order_id": "W1"}).done()
    expected = Symptom(detector="hallucinated_id", tool="get", about="order_id", positions=(2,))
    assert diagnose(episode) == (expected,)
