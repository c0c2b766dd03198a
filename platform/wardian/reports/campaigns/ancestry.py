"""The lineage of a prompt: its versions as a tree, with the gate that each one went through."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from wardian.base.frozen import Frozen
from wardian.optimization.campaign.record import CampaignRecord, GateRecord
from wardian.optimization.gate.verdict import Ruling
from wardian.reports.campaigns.wording import edit_line, gain

__all__ = ["Ancestry", "Descent", "ancestry_of", "ancestry_text"]


class Descent(Frozen):
    """A version that was measured against another one.

    Args:
        campaign: whose gate.
        gate: its number in the lineage.
        ruling: what it said.
        parent: content hash of the champion that it was measured against.
        bundle: its own.
        evidence: the cluster that it answers.
        edit: what was changed.
        delta: the gain that is claimed.
        low: the interval's lower bound.
        high: the upper one.
        pairs: that it follows from.
        alpha: what the gate might spend.
        gain: delta and interval in words, in points.
    """

    campaign: str
    gate: int
    ruling: Ruling
    parent: str
    bundle: str
    evidence: str
    edit: str
    delta: float
    low: float
    high: float
    pairs: int
    alpha: float
    gain: str


class Ancestry(Frozen):
    """A prompt's lineage.

    Args:
        prompt: its name in the registry.
        aliases: the number of the version that each one is; none where nobody could ask.
        numbers: of versions that have the prompt's own name, by content hash.
        roots: content hashes of versions that no gate made.
        descents: by gate.
        alpha: what all gates so far might spend.
        problem: what could not be asked.
    """

    prompt: str
    aliases: Mapping[str, int] = {}
    numbers: Mapping[str, int] = {}
    roots: tuple[str, ...] = ()
    descents: tuple[Descent, ...] = ()
    alpha: float = 0.0
    problem: str = ""


def ancestry_of(
    prompt: str,
    records: Iterable[CampaignRecord],
    *,
    aliases: Mapping[str, int],
    numbers: Mapping[str, int],
    problem: str = "",
) -> Ancestry:
    """The lineage that `records` make, whatever their order."""
    descents = sorted((each for record in records for each in _descents(record)), key=lambda each: each.gate)
    begun = sorted((record.started_at, record.original.sha) for record in records)
    return Ancestry(
        prompt=prompt,
        aliases=aliases,
        numbers=numbers,
        roots=_roots([sha for _, sha in begun], descents),
        descents=tuple(descents),
        alpha=sum(each.alpha for each in descents),
        problem=problem,
    )


def _roots(begun: Sequence[str], descents: Sequence[Descent]) -> tuple[str, ...]:
    """What no gate made, and one version of every circle: a text may have been promoted over what came of it."""
    made = {each.bundle for each in descents if each.ruling == "promoted"}
    roots = dict.fromkeys(sha for sha in begun if sha not in made)
    for sha in (*begun, *(each.parent for each in descents)):
        if sha not in _reached(roots, descents):
            roots[sha] = None
    return tuple(roots)


def _reached(roots: Iterable[str], descents: Sequence[Descent]) -> set[str]:
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        found.add(sha := waiting.pop())
        children = [each.bundle for each in descents if each.parent == sha and each.ruling == "promoted"]
        waiting.extend(child for child in children if child not in found)
    return found


def ancestry_text(ancestry: Ancestry) -> str:
    """The tree for a terminal."""
    return "\n".join(_lines(ancestry)) + "\n"


def _descents(record: CampaignRecord) -> Iterator[Descent]:
    found = {candidate.number: candidate for candidate in record.candidates}
    for gate in record.gates:
        candidate = found[gate.candidate]
        if candidate.bundle is not None:
            yield _descent(record.id, gate, candidate.bundle.sha, candidate.cluster, edit_line(record, candidate))


def _descent(campaign: str, gate: GateRecord, bundle: str, evidence: str, edit: str) -> Descent:
    verdict = gate.verdict
    return Descent(
        campaign=campaign,
        gate=verdict.gate,
        ruling=verdict.ruling,
        parent=gate.champion.sha,
        bundle=bundle,
        evidence=evidence,
        edit=edit,
        delta=verdict.delta,
        low=verdict.low,
        high=verdict.high,
        pairs=verdict.pairs,
        alpha=verdict.alpha,
        gain=gain(verdict),
    )


def _lines(ancestry: Ancestry) -> Iterator[str]:
    aliases = ", ".join(f"{alias} {ancestry.prompt}/{number}" for alias, number in ancestry.aliases.items())
    yield f"{ancestry.prompt}: {aliases or 'no version is in use'}"
    gates = "gate" if len(ancestry.descents) == 1 else "gates"
    yield f"{len(ancestry.descents)} {gates}, alpha {ancestry.alpha:.4f} of them all"
    if ancestry.problem:
        yield ancestry.problem
    tree = _Tree(ancestry)
    for root in ancestry.roots:
        yield ""
        yield from tree.root(root)
    for number in sorted(set(ancestry.aliases.values()) - {ancestry.numbers.get(sha) for sha in tree.named}):
        names = [alias for alias, version in ancestry.aliases.items() if version == number]
        yield ""
        yield "  ".join([f"{ancestry.prompt}/{number}", *names, "no gate of a campaign that is known heard it"])


class _Tree:
    """Lines of the tree: a version stands there once, with all that was measured against it."""

    def __init__(self, ancestry: Ancestry) -> None:
        self._ancestry = ancestry
        self._followed: set[str] = set()
        self.named: dict[str, str] = {}
        """Where each version stands, by its content hash."""

    def root(self, sha: str) -> Iterator[str]:
        """A version that no gate made, and what is below it."""
        self.named[sha] = "above"
        yield _named(self._ancestry, sha)
        yield from self._below(sha, "")

    def _below(self, sha: str, indent: str) -> Iterator[str]:
        self._followed.add(sha)
        children = [each for each in self._ancestry.descents if each.parent == sha]
        for place, each in enumerate(children):
            last = place == len(children) - 1
            branch = indent + ("└─" if last else "├─")
            yield f"{branch} gate {each.gate}  {each.ruling}  {each.gain} points, {each.pairs} pairs"
            inner = indent + ("   " if last else "│  ")
            yield from (f"{inner}   {text}" for text in (each.edit, f"for {each.evidence}", self._made(each)))
            if each.ruling == "promoted" and each.bundle not in self._followed:
                yield from self._below(each.bundle, inner)

    def _made(self, descent: Descent) -> str:
        sha = descent.bundle
        known = self.named.setdefault(sha, f"at gate {descent.gate}")
        first = known == f"at gate {descent.gate}"
        return f"{_named(self._ancestry, sha) if first else f'{sha[:8]}, as {known}'}  in {descent.campaign}"


def _named(ancestry: Ancestry, sha: str) -> str:
    number = ancestry.numbers.get(sha)
    if number is None:
        return sha[:8]
    aliases = [alias for alias, version in ancestry.aliases.items() if version == number]
    return "  ".join([sha[:8], f"{ancestry.prompt}/{number}", *aliases])
