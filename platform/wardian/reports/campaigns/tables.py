"""The tables of a campaign: kinds of mistakes, candidates, guardrails of a gate, and what was spent."""

from collections.abc import Mapping

from wardian.optimization.campaign.record import CampaignRecord, CandidateRecord, GateRecord
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.gate.verdict import GuardrailReport
from wardian.reports.campaigns.wording import edit_line
from wardian.reports.numerals import NONE, dollars
from wardian.reports.sections import Section

__all__ = ["campaign_tables", "guardrail_table", "standing_of"]


def campaign_tables(record: CampaignRecord) -> tuple[Section, ...]:
    """Those of the whole campaign; one that has nothing to say yet is left out."""
    return tuple(each for each in (_mistakes(record), _candidates(record), _expenses(record)) if each.rows)


def guardrail_table(gate: GateRecord) -> Section:
    """All that must not get worse; the title says whether something does."""
    guardrails = gate.verdict.guardrails
    trouble = [f"{each.name} {standing_of(each)}" for each in guardrails if not each.holds]
    kept = f"all {len(guardrails)} hold" if len(guardrails) > 1 else "it holds"
    return Section(
        title=f"Guardrails of gate {gate.verdict.gate}: {', '.join(trouble) or kept}",
        headings=("guardrail", "candidate worse by", "between", "allowed", "verdict"),
        rows=tuple(map(_guardrail, guardrails)),
    )


def standing_of(guardrail: GuardrailReport) -> str:
    """Whether it holds, in a word or two."""
    return "holds" if guardrail.holds else "broken" if guardrail.broken else "in doubt"


def _guardrail(guardrail: GuardrailReport) -> tuple[str, ...]:
    difference, least, bound, allowed = (
        f"{100 * value:+.1f} %" if guardrail.relative else f"{value:+.3f}"
        for value in (guardrail.difference, guardrail.least, guardrail.bound, guardrail.allowed)
    )
    return guardrail.name, difference, f"{least} and {bound}", allowed.removeprefix("+"), standing_of(guardrail)


def _mistakes(record: CampaignRecord) -> Section:
    of = "" if record.success is None else f", {100 * record.success:.0f} % of which succeeded"
    return Section(
        title="Kinds of mistakes",
        headings=("mistake", "failed episodes", "saved by mending it"),
        rows=tuple((each.name, f"{each.failed:,}", _mended(each)) for each in record.evidence),
        notes=(f"Of the newest diagnosis; {record.observed:,} episodes of the champion were looked at{of}.",),
    )


def _mended(evidence: Evidence) -> str:
    tried = evidence.counterfactual
    return f"{tried.flipped} of {tried.tried}" if tried.tried else "nobody could try"


def _candidates(record: CampaignRecord) -> Section:
    rulings = {gate.candidate: gate.verdict for gate in record.gates}
    entered = {number: f"gate {verdict.gate}: {verdict.ruling}" for number, verdict in rulings.items()}
    return Section(
        title="Candidates",
        headings=("candidate", "for", "edit", "race: points, pairs", "proposal", "came to"),
        rows=tuple(_candidate(record, each, entered) for each in record.candidates),
        notes=("The first of a race was chosen for being ahead, so its points there are too good to be true.",),
    )


def _candidate(record: CampaignRecord, candidate: CandidateRecord, entered: Mapping[int, str]) -> tuple[str, ...]:
    raced = f"{100 * candidate.search_delta:+z.1f}, {candidate.pairs:,}" if candidate.pairs else NONE
    gate = "not raced" if not candidate.rung else f"out in round {candidate.rung} of the race"
    if candidate.gate is not None:
        gate = entered.get(candidate.number, f"gate {candidate.gate}")
    came = f"refused: {candidate.refused}" if candidate.refused else gate
    cost = "unknown" if candidate.cost_usd is None else dollars(candidate.cost_usd)
    return str(candidate.number), candidate.cluster, edit_line(record, candidate), raced, cost, came


def _expenses(record: CampaignRecord) -> Section:
    spent = record.expenses
    paid = {"agent": spent.agent_usd, "users": spent.user_usd, "judges": spent.judge_usd}
    paid["reflection"] = spent.reflection_usd
    costs = [(who, "unknown" if usd is None else dollars(usd)) for who, usd in paid.items() if usd != 0]
    rows = (("episodes", f"{spent.episodes:,}"), ("tokens", f"{spent.tokens:,}"), *costs)
    return Section(
        title="Expenses",
        headings=("what", "how much"),
        rows=rows if spent.episodes else (),
        notes=("As of the last decision; the page also counts episodes that were still being played then.",),
    )
