"""What fusions cost in time and money, how well they decide, and whether they pay.

python benchmarks/fusion.py [--quick] [--json] [--only collection,judging,tools,panels,local]

collection: time, money and faults of asking a panel. judging: what position bias, garbage and hostile candidates do.
tools: panels that act. panels: simulated panels of known skill agree with the arithmetic, and their replays with what
was recorded. local: a real small language model as panel and judge (needs the extra `local-llm`).
"""

from parts import measure_parts

PARTS = {
    "collection": "fusion_collection",
    "judging": "fusion_judge",
    "tools": "fusion_tools",
    "panels": "fusion_panels",
    "local": "fusion_local",
}

if __name__ == "__main__":
    measure_parts(__doc__, PARTS)
