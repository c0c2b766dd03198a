"""A campaign in words: a line or two for every stage, in the order in which they come."""

from collections.abc import Iterator, Mapping
from difflib import unified_diff

from wardian.optimization.campaign.record import CampaignRecord, CandidateRecord, GateRecord, Preflight
from wardian.optimization.campaign.unread import reasons, unread
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.gate.verdict import GateVerdict
from wardian.reports.campaigns.provenance import sources
from wardian.reports.campaigns.wording import edit_line

__all__ = ["Line", "changes", "expenses", "interval", "points", "told"]

Line = tuple[str, str]
"""A label, and what is said."""
SHOWN = 4
"""Clusters and refusals that are named."""


def told(record: CampaignRecord) -> Iterator[Line]:
    """All that is known so far. A campaign that has got further says the same first."""
    if record.preflight is not None:
        yield from _preflight(record.preflight, record.spec.gate.delta_min)
    if record.evidence:
        yield from _evidence(record)
    for generation in sorted({each.generation for each in record.candidates}):
        candidates = [each for each in record.candidates if each.generation == generation]
        yield from _search(record, candidates)
        numbers = {each.number for each in candidates}
        yield from (line for gate in record.gates if gate.candidate in numbers for line in _gate(gate, record))
    if record.stop is not None:
        yield "ended", f"{record.stop}: {record.why}"


def points(share: float) -> str:
    """A difference of success: `+12.3 points`."""
    return f"{100 * share:+.1f} points"


def interval(verdict: GateVerdict) -> str:
    """A gain with its interval: `+12.3 points [+4.0, +20.1]`."""
    return f"{points(verdict.delta)} [{100 * verdict.low:+.1f}, {100 * verdict.high:+.1f}]"


def expenses(record: CampaignRecord, *, simulated: bool) -> str:
    """What was spent, by who asked; nothing where all models are `simulated`, whatever their prices say."""
    spent = record.expenses
    parts = {"agent": spent.agent_usd, "users": spent.user_usd, "judges": spent.judge_usd}
    parts["reflection"] = spent.reflection_usd
    money = ", ".join(f"{who} {'unknown' if usd is None else f'${usd:,.4f}'}" for who, usd in parts.items() if usd != 0)
    if simulated:
        money = f"nothing (simulated models; by their prices: {money})" if money else "nothing (simulated models)"
    return f"{spent.episodes:,} episodes, {spent.tokens:,} tokens" + (f"; {money}" if money else "")


def _preflight(found: Preflight, delta_min: float) -> Iterator[Line]:
    yield "preflight", f"success {found.success:.0%} in {found.pairs} pairs of the champion with itself"
    if found.foreseeable:
        gate = f"a gate takes about {found.gate_pairs} pairs for {200 * delta_min:.0f} points"
        yield "", f"a gate finds ≥ {100 * found.detectable:.0f} points in 8 of 10 cases; {gate}"
    yield "", f"it takes at most {found.episodes:,} episodes{_dollars(found)}"
    yield from (("", warning) for warning in found.warnings)


def _dollars(found: Preflight) -> str:
    return "" if not found.cost_usd else f", which cost up to ${found.cost_usd:,.2f}"


def _evidence(record: CampaignRecord) -> Iterator[Line]:
    kinds = len(record.evidence)
    found = "1 kind of mistake" if kinds == 1 else f"{kinds} kinds of mistakes"
    of = "" if record.success is None else f", success {record.success:.0%}"
    yield "diagnose", f"{record.observed} episodes{of}: {found}"
    for evidence in record.evidence[:SHOWN]:
        yield "", f"{evidence.failed:>4} failed  {evidence.name}{_mended(evidence)}"
    if kinds > SHOWN:
        yield "", f"and {kinds - SHOWN} smaller ones"


def _mended(evidence: Evidence) -> str:
    tried = evidence.counterfactual
    return f": mending it saves {tried.flipped} of {tried.tried}" if tried.tried else ""


def _search(record: CampaignRecord, candidates: list[CandidateRecord]) -> Iterator[Line]:
    if (given := candidates[0]).gate is not None and not given.rung:
        yield "challenger", f"{given.component} of {given.cluster}; enters gate {given.gate}"
        return
    refused = [each for each in candidates if each.refused]
    racing = [each for each in candidates if not each.refused]
    yield "propose", f"{len(candidates)} edits" + (f", {len(refused)} of them refused" if refused else "")
    yield from (("", f"refused: {why}") for why in reasons(refused)[:SHOWN])
    if unread(candidates):
        yield "", f"the last answer begins: {candidates[-1].said or '(nothing)'}"
    best = max(racing, key=lambda each: (each.gate is not None, each.rung, each.search_delta), default=None)
    if best is not None:
        enters = f"enters gate {best.gate}" if best.gate is not None else "none seems to be better"
        gain = f"the best is {points(best.search_delta)} in {best.pairs} pairs"
        yield "race", f"{len(racing)} candidates, {gain}; {enters}"
        yield "", edit_line(record, best)


def _gate(gate: GateRecord, record: CampaignRecord) -> Iterator[Line]:
    verdict = gate.verdict
    yield f"gate {verdict.gate}", f"{verdict.ruling} after {verdict.pairs} pairs: {interval(verdict)}"
    yield "", verdict.why
    for guard in verdict.guardrails:
        if guard.telling and not guard.holds:
            yield "", f"{guard.name}: {guard.words}"
    if gate.audit_delta is not None:
        yield "audit", f"{points(gate.audit_delta)} in {record.spec.gate.audit} pairs on seeds of their own"


def changes(record: CampaignRecord) -> Iterator[str]:
    """What a promoted version says otherwise than the champion before it, line by line, and what for."""
    gate = record.promoted
    if gate is None:
        return
    candidate = next(each for each in record.candidates if each.number == gate.candidate)
    if candidate.bundle is None:
        return
    before, after = gate.champion.texts, candidate.bundle.texts
    known = sources(record, gate.champion, candidate.bundle)
    for component in sorted(after):
        old, new = before.get(component, ""), after[component]
        if old != new:
            yield component
            compared = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)
            lines = [line for line in compared if not line.startswith(("---", "+++", "@@"))]
            yield from (_with_source(line, known.get(component, {})) for line in lines)


def _with_source(line: str, known: Mapping[str, str]) -> str:
    source = next((known[rule] for rule in known if line.startswith("+") and rule in line), None)
    return line if source is None else f"{line}  (for {source})"
