"""A campaign as the page of its run begins with it."""

from math import log, log10

import pytest
from support.campaigns import BETTER, SEED_TEXT, WORSE, bundle, campaign, gate_record
from support.reported import scored, solved

from wardian.optimization.gate.verdict import GuardrailReport
from wardian.optimization.ground import arm_of
from wardian.reports.campaigns.account import account_of
from wardian.reports.campaigns.arms import arm_names, named
from wardian.reports.campaigns.tables import guardrail_table
from wardian.scoring.finished import Finished


def test_the_headline_is_the_gates_and_no_comparison_of_all_episodes() -> None:
    account = account_of(campaign())
    assert account.headline == "Gate 2 promoted candidate 0: +18.2 [5.0, 31.0] points over the champion in 4 pairs."
    assert account.notes[0] == "Ended (promoted): a version is better."


def test_where_nothing_is_promoted_there_is_nothing_to_compare() -> None:
    account = account_of(campaign([gate_record(1, "futile", 1)]))
    assert account.headline == "Nothing was promoted: the champion stays."
    assert (account.changed, account.diff) == ("", ())


def test_one_that_has_not_ended_says_where_it_is() -> None:
    record = campaign([]).model_copy(update={"stop": None, "stage": "race"})
    assert account_of(record).headline == "The campaign has not ended (stage: race); nothing is promoted yet."


def test_a_gate_has_its_evidence_over_pairs_in_powers_of_ten() -> None:
    futile, promoted = account_of(campaign()).gates
    assert (futile.candidate, futile.ruling) == ("candidate 1", "futile")
    assert dict(promoted.facts)["Evidence"] == "300 of 82.2"
    assert promoted.threshold == pytest.approx(log10(82.2))
    pairs, height = promoted.curve[-1]
    assert (pairs, height) == (4, round(0.4 / log(10), 4))


def test_what_was_promoted_is_told_line_by_line() -> None:
    account = account_of(campaign())
    assert account.changed == "What candidate 0 says otherwise than the champion before it"
    assert account.diff[0] == "system"
    assert [line for line in account.diff if line[0] in "+-"] == ["+2. Ask before you write.  (for policy_violation)"]


def test_mistakes_candidates_and_expenses_have_a_table_each() -> None:
    mistakes, candidates, expenses = account_of(campaign()).sections
    assert mistakes.rows == (("policy_violation(confirmed_before_write) cancel_order/returns", "7", "3 of 4"),)
    assert [row[-1] for row in candidates.rows] == ["gate 2: promoted", "gate 1: futile", "refused: too long"]
    assert candidates.rows[0][3:5] == ("+30.0, 16", "$0.0100")
    assert expenses.rows == (("episodes", "300"), ("tokens", "9,000"), ("agent", "$0.5000"))


def test_the_title_of_guardrails_names_those_that_do_not_hold() -> None:
    gate = gate_record(1, "rejected", 1)
    assert guardrail_table(gate).title == "Guardrails of gate 1: it holds"
    policy = GuardrailReport(name="policy", difference=0.1, least=0.04, bound=0.2, allowed=0.02, suspect=True)
    verdict = gate.verdict.model_copy(update={"guardrails": (*gate.verdict.guardrails, policy)})
    table = guardrail_table(gate.model_copy(update={"verdict": verdict}))
    assert table.title == "Guardrails of gate 1: policy broken"
    assert table.rows == (
        ("cost", "+2.0 %", "-4.0 % and +8.0 %", "15.0 %", "holds"),
        ("policy", "+0.100", "+0.040 and +0.200", "0.020", "broken"),
    )


def test_arms_are_called_by_what_they_were() -> None:
    champion, better, worse = (arm_of(bundle(text)) for text in (SEED_TEXT, BETTER, WORSE))
    names = arm_names(campaign())
    assert [names[arm] for arm in (champion, f"{champion}+twin", better, worse)] == [
        "champion",
        "champion again (A/A)",
        "candidate 0",
        "candidate 1",
    ]
    played = [Finished.of(scored(solved(arm, "t"))) for arm in (champion, "other")]
    renamed = list(named(played, names))
    assert [each.result.arm for each in renamed] == ["champion", "other"]
    assert [each.result.episode for each in renamed] == [each.result.episode for each in played]
