"""What each rule of a promoted version was written for."""

from support.campaigns import BETTER, SEED_TEXT, bundle, campaign, gate_record

from wardian.optimization.campaign.record import CampaignRecord, CandidateRecord
from wardian.optimization.proposals.edit import AddRule, Change, Edit, ReplaceRule
from wardian.optimization.proposals.rules import RuleBook
from wardian.reports.campaigns.provenance import edits_of, sources
from wardian.reports.campaigns.telling import changes, told
from wardian.reports.campaigns.wording import campaign_note, edit_line, gate_line

FIRST, SECOND = AddRule(text="Ask for a yes."), ReplaceRule(rule=1, text="Look twice.")


def written(number: int, parent: str, change: Change, cluster: str) -> CandidateRecord:
    """The candidate that `change` makes of the text `parent`."""
    text = RuleBook.parse(parent).edited((change,)).text
    edit = Edit(component="system", changes=(change,), cluster=cluster)
    return CandidateRecord(
        number=number,
        generation=1,
        parent=bundle(parent).sha,
        cluster=cluster,
        component="system",
        bundle=bundle(text),
        edit=edit,
    )


def edited_twice() -> CampaignRecord:
    first = written(0, SEED_TEXT, FIRST, "policy_violation cancel_order")
    assert first.bundle is not None
    second = written(1, first.bundle.texts["system"], SECOND, "loop get_order")
    return campaign([gate_record(1, "promoted", 1)]).model_copy(update={"candidates": (first, second)})


def test_rules_of_several_edits_have_each_their_own() -> None:
    record = edited_twice()
    version = record.candidates[1].bundle
    assert version is not None
    found = sources(record, bundle(SEED_TEXT), version)
    assert found == {"system": {"Ask for a yes.": "policy_violation cancel_order", "Look twice.": "loop get_order"}}


def test_whoever_reads_the_change_sees_what_it_is_for() -> None:
    lines = list(changes(edited_twice()))
    assert any("Ask for a yes.  (for policy_violation cancel_order)" in line for line in lines)
    assert any("Look twice.  (for loop get_order)" in line for line in lines)
    assert not any("(for" in line for line in lines if line.startswith("-"))


def test_what_somebody_else_has_written_has_no_source() -> None:
    record = campaign()
    alien = record.candidates[0].model_copy(update={"edit": None})
    without = record.model_copy(update={"candidates": (alien, *record.candidates[1:])})
    assert sources(without, bundle(SEED_TEXT), bundle(BETTER)) == {}
    impossible = Edit(component="system", changes=(ReplaceRule(rule=99, text="x"),), cluster="loop")
    broken = record.candidates[0].model_copy(update={"edit": impossible})
    strange = record.model_copy(update={"candidates": (broken,)})
    assert sources(strange, bundle(SEED_TEXT), bundle(BETTER)) == {"system": {}}


def test_what_a_gate_measured_is_named_whole_also_when_it_was_bred_on_another_candidate() -> None:
    record = edited_twice()
    first, second = record.candidates
    both = "system add: Ask for a yes.; system replace: Look twice."
    assert edit_line(record, second) == both
    assert f": {both}; Δ " in gate_line(record, record.gates[0], second)
    assert f"| {both} |" in campaign_note(record)
    assert ("", both) in [
        *told(record.model_copy(update={"candidates": (second.model_copy(update={"rung": 1}), first)}))
    ]


def test_what_another_gate_has_promoted_is_no_edit_of_the_next() -> None:
    record = edited_twice()
    assert record.candidates[0].bundle is not None
    over = gate_record(2, "promoted", 1).model_copy(update={"champion": record.candidates[0].bundle})
    later = record.model_copy(update={"gates": (gate_record(1, "promoted", 0), over)})
    assert edits_of(later, record.candidates[1]) == (record.candidates[1].edit,)
