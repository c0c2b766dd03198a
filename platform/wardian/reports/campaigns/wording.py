"""A campaign in words."""

from collections.abc import Iterator, Mapping

from wardian.base.bundle import SYSTEM, Bundle
from wardian.base.prompt_document import written_document
from wardian.optimization.campaign.record import CampaignRecord, CandidateRecord, GateRecord
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.gate.verdict import HANDFUL, GateVerdict, GuardrailReport
from wardian.reports.campaigns.provenance import edits_of
from wardian.reports.numerals import points
from wardian.scoring.statistics import Estimate
from wardian.specs.job import JobSpec
from wardian.specs.masking import mask

__all__ = ["campaign_note", "document_of", "edit_line", "evidence_page", "gain", "gate_line", "gate_note"]


def document_of(bundle: Bundle, job: JobSpec) -> str:
    """All texts of a version as one, with the job's system prompt where the version has none of its own."""
    prompts = {agent.name: agent.prompt for agent in job.agents if agent.kind == "tools"}
    name = prompts.get(bundle.agent)
    own: Mapping[str, str] = {} if name is None else {SYSTEM: job.prompts[name]}
    return written_document({**own, **bundle.texts})


def gain(verdict: GateVerdict) -> str:
    """What is claimed, in points with bounds."""
    return points(Estimate(value=verdict.delta, low=verdict.low, high=verdict.high, tasks=verdict.pairs))


def edit_line(record: CampaignRecord, candidate: CandidateRecord) -> str:
    """What is changed against the champion, in a few words an edit."""
    return "; ".join(edit.headline for edit in edits_of(record, candidate)) or candidate.component


def gate_line(record: CampaignRecord, gate: GateRecord, candidate: CandidateRecord) -> str:
    """A version's commit message: the evidence, the edit, the gain, and what it was measured on."""
    verdict = gate.verdict
    return f"{candidate.cluster}: {edit_line(record, candidate)}; Δ {gain(verdict)} points, {verdict.pairs} pairs"


def gate_note(record: CampaignRecord, gate: GateRecord, candidate: CandidateRecord) -> str:
    """The page of a gate's run, as Markdown."""
    verdict = gate.verdict
    lines = [
        f"**{verdict.ruling}**: {verdict.why}",
        "",
        f"- {gate_line(record, gate, candidate)}",
        f"- E = {verdict.e_value:.4g}, promotion asks for {verdict.threshold:.4g}; alpha {verdict.alpha:.2g}",
        f"- gate {verdict.gate} of the lineage, seeds `{verdict.seeds}`, coverage {100 * verdict.coverage:.1f} %",
    ]
    lines += [f"- {_guardrail(each)}" for each in verdict.guardrails if each.telling]
    if left := sum(not each.telling for each in verdict.guardrails):
        lines.append(f"- slices with fewer than {HANDFUL} pairs: {left}, in `verdict.json` only")
    if gate.audit_delta is not None:
        lines.append(f"- audit, on seeds of its own: {100 * gate.audit_delta:+.1f} points, {len(gate.audit)} pairs")
    return "\n".join(lines)


def campaign_note(record: CampaignRecord) -> str:
    """The page of a campaign's run, as Markdown."""
    return "\n".join(_campaign_lines(record))


def _campaign_lines(record: CampaignRecord) -> Iterator[str]:
    state = record.stage if record.stop is None else f"{record.stop}: {record.why}"
    yield f"Refinement of `{record.prompt}` — {state}\n"
    if record.preflight is not None:
        before = record.preflight
        yield f"- the champion succeeds in {100 * before.success:.1f} %, over {before.pairs} pairs with itself"
        if before.foreseeable:
            yield f"- a gain of {100 * before.detectable:.1f} points is found by 8 of 10 gates"
        yield from (f"- {warning}" for warning in before.warnings)
    yield f"- {record.expenses.episodes:,} episodes, {record.expenses.tokens:,} tokens\n"
    if record.gates:
        yield "| gate | verdict | Δ points | pairs | edit |\n|---|---|---|---|---|"
    found = {candidate.number: candidate for candidate in record.candidates}
    for gate in record.gates:
        verdict, edit = gate.verdict, edit_line(record, found[gate.candidate]).replace("|", "\\|")
        yield f"| {verdict.gate} | {verdict.ruling} | {gain(verdict)} | {verdict.pairs} | {edit} |"


def evidence_page(evidence: Evidence) -> str:
    """One cluster with its excerpts, as Markdown; everything of a key's shape is covered."""
    check = evidence.counterfactual
    tried = "nobody could try it" if not check.tried else f"{check.flipped} of {check.tried} episodes succeed then"
    lines = [
        f"# {evidence.name}",
        "",
        f"{evidence.failed} failed episodes; with the mistake mended, {tried}.",
    ]
    for excerpt in evidence.excerpts:
        ended = "succeeded" if excerpt.succeeded else "failed"
        lines += ["", f"## {excerpt.task}, {ended}", "", "````text", excerpt.turns, "````"]
        if excerpt.difference:
            lines += ["", "Final state:", "", "````text", excerpt.difference, "````"]
    if evidence.sheet is not None:
        sheet = evidence.sheet
        lines += ["", f"## Tool {sheet.name}", "", sheet.description, "", "```json", sheet.parameters, "```"]
    return mask("\n".join(lines) + "\n")


def _guardrail(guardrail: GuardrailReport) -> str:
    mark = "" if guardrail.holds else " — **broken**" if guardrail.broken else " — **in doubt**"
    return f"{guardrail.name}: {guardrail.words}{mark}"
