"""The pages of a campaign in a tracker, and the lines of a terminal."""

from support.campaigns import campaign, gate_record

from wardian.optimization.campaign.record import GateRecord
from wardian.optimization.gate.verdict import GuardrailReport
from wardian.reports.campaigns.telling import told
from wardian.reports.campaigns.wording import campaign_note, gate_note


def harmed() -> GateRecord:
    """A gate of which a guardrail and two slices are in doubt."""
    doubt = {"difference": 0.122, "least": -0.126, "bound": 0.358, "allowed": 0.02, "suspect": True}
    found = (
        GuardrailReport(name="policy", pairs=40, **doubt),
        GuardrailReport(name="slice returns", pairs=9, part=True, **doubt),
        GuardrailReport(name="slice orders", pairs=3, part=True, **doubt),
    )
    gate = gate_record(1, "inconclusive", 1)
    return gate.model_copy(update={"verdict": gate.verdict.model_copy(update={"guardrails": found})})


def test_a_gates_page_has_guardrails_in_points_and_no_slices_of_a_few_pairs() -> None:
    gate = harmed()
    record = campaign([gate])
    lines = gate_note(record, gate, record.candidates[1]).splitlines()
    assert "- policy: worse by 12.2 points, at most 35.8; 2.0 allowed — **in doubt**" in lines
    assert any(line.startswith("- slice returns") for line in lines)
    assert lines[-1] == "- slices with fewer than 8 pairs: 1, in `verdict.json` only"


def test_a_terminal_says_the_same() -> None:
    said = [text for _, text in told(campaign([harmed()]))]
    assert "policy: worse by 12.2 points, at most 35.8; 2.0 allowed" in said
    assert not [text for text in said if text.startswith("slice orders")]


def test_where_the_champion_never_succeeds_nobody_forecasts_anything() -> None:
    record = campaign()
    assert record.preflight is not None
    hopeless = record.preflight.model_copy(update={"success": 0.0, "noise": 0.0})
    for before, told_of in ((record.preflight, True), (hopeless, False)):
        seen = record.model_copy(update={"preflight": before})
        said = "\n".join(text for _, text in told(seen))
        assert ("in 8 of 10 cases" in said) is told_of
        assert ("by 8 of 10 gates" in campaign_note(seen)) is told_of
