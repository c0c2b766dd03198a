"""Whether the refinement loop keeps what it promises, and what gepa alone does with as many episodes.

python benchmarks/refinement.py [--quick] [--json] [--only campaigns,slots,…]

campaigns: whole campaigns in numeric worlds whose truth is known (`wardian selfcheck`). slots: how much of its slots a
campaign uses. gepa: the package alone in the same worlds (extra `gepa`). gate: single gates by the ten thousands.
evidence: whether mending shows a planted mistake. components: campaigns that mend each kind of text. sweeps: what a
sweep costs, and what halving saves. story: a campaign on the shop, from poor trajectories to a promoted version. local:
a real small language model proposes the edits (extra `local-llm`).
"""

from parts import measure_parts

PARTS = {
    "campaigns": "refinement_campaigns",
    "slots": "refinement_slots",
    "gepa": "refinement_gepa",
    "gate": "refinement_gate",
    "evidence": "refinement_evidence",
    "components": "refinement_components",
    "sweeps": "refinement_sweeps",
    "story": "refinement_story",
    "local": "refinement_local",
}

if __name__ == "__main__":
    measure_parts(__doc__, PARTS)
