"""Broken rules, with the actions that broke them."""

from support.episodes import EpisodeBuilder
from support.scores import scores_of

from wardian.environments.findings import CheckResult, Rule

GOAL = CheckResult(name="goal", passed=True)


def broken(name: str, rule: Rule, *actions: int) -> CheckResult:
    return CheckResult(name=name, passed=False, rule=rule, actions=actions)


async def test_violations_are_counted_by_kind_and_lead_to_their_events() -> None:
    builder = EpisodeBuilder().user("Hi").call("pay").say("Paid to A1.").user("Oh").call("pay").call("pay")
    checks = (
        GOAL,
        broken("yes", "confirm_before_write", 0, 2),
        broken("once", "at_most", 3),
        broken("secret", "no_disclosure", 1),
        CheckResult(name="first", passed=True, rule="requires_before"),
    )
    scores = await scores_of(builder.done(checks=checks))
    assert (scores["violations"].value, scores["violations"].evidence) == (4.0, (2, 3, 6, 8))
    assert scores["violations"].explanation == "yes, once, secret"
    by_rule = {name: (score.value, score.evidence) for name, score in scores.items() if name.startswith("violations_")}
    assert by_rule == {
        "violations_requires_before": (0.0, ()),
        "violations_confirm_before_write": (2.0, (2, 6)),
        "violations_forbids": (None, ()),
        "violations_at_most": (1.0, (8,)),
        "violations_no_disclosure": (1.0, (3,)),
        "violations_handoff_when": (None, ()),
        "violations_invariant": (None, ()),
    }


async def test_a_broken_law_that_no_action_is_known_to_have_broken_counts_once() -> None:
    scores = await scores_of(EpisodeBuilder().done(checks=(GOAL, broken("ledger", "invariant"))))
    assert (scores["violations"].value, scores["violations_invariant"].evidence) == (1.0, ())


async def test_a_task_without_rules_has_no_violations_to_count() -> None:
    scores = await scores_of(EpisodeBuilder().done())
    assert scores["violations"].value is None


async def test_a_number_that_is_no_action_leads_nowhere() -> None:
    scores = await scores_of(EpisodeBuilder().call("pay").done(checks=(GOAL, broken("x", "forbids", 7))))
    assert (scores["violations_forbids"].value, scores["violations_forbids"].evidence) == (1.0, ())
