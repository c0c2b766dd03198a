"""What the environments are worth as instruments, and what they cost.

python benchmarks/environments.py [--quick] [--json] [--only proof,speed,memory,personas,bfcl] [--packs retail,bank]

proof: every pack's check is made anew: references, agents that must not solve anything, references with a mistake.
speed: scripted episodes a second on one core, and how long a fork takes. memory: a thousand open environments in one
process. personas: the same task with five users. bfcl: its 800 tasks, with its own checker (`pip install --no-deps
bfcl-eval` is in the README).
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from pathlib import Path

from goals import Goal, report

from wardian.agents.script_agent import ScriptAgent
from wardian.base.messages import Message
from wardian.certification.certify import certify
from wardian.certification.mutants import known_values, mutants
from wardian.certification.standing import Standing
from wardian.certification.trial import played, solved, tried
from wardian.environments.pack import Pack, TaskCard
from wardian.environments.packs import available_packs, load_pack
from wardian.environments.persona import PERSONAS
from wardian.specs.environments import EnvironmentSpec

ROOT = Path(__file__).parents[1] / "envs"
ENVIRONMENTS = 1_000
DROPPED = 200
OPEN = """
import sys
from pathlib import Path
def rss_kb():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))
from wardian.environments.packs import load_pack
from wardian.specs.environments import EnvironmentSpec
pack = load_pack(EnvironmentSpec(pack=sys.argv[1]), [Path(sys.argv[2])])
cards = pack.tasks()
before = rss_kb()
worlds = [pack.environment(cards[number % len(cards)].id) for number in range(int(sys.argv[3]))]
for world in worlds:
    try:
        world.open(1).send(None)
    except StopIteration:
        pass
print(before, rss_kb())
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer episodes")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="proof,speed,memory,personas")
    parser.add_argument("--packs", help="by default all with a certificate")
    options = parser.parse_args()
    packs = options.packs.split(",") if options.packs else own_packs()
    measures: dict[str, Callable[[str], Iterable[Goal]]] = {
        "proof": lambda name: asyncio.run(proof(name)),
        "speed": lambda name: asyncio.run(speed(name, 1.0 if options.quick else 5.0)),
        "memory": memory,
    }
    goals = [goal for part in measures if part in options.only for name in packs for goal in measures[part](name)]
    if "personas" in options.only:
        goals += asyncio.run(personas())
    if "bfcl" in options.only:
        goals += asyncio.run(bfcl(20 if options.quick else 800))
    report(goals, as_json=options.json)


def own_packs() -> list[str]:
    """Those that are certified."""
    return [name for name, folder in sorted(available_packs([ROOT]).items()) if Standing.of(folder).current is not None]


def opened(name: str, **knobs: str) -> Pack:
    return load_pack(EnvironmentSpec(pack=name, knobs=dict(knobs)), [ROOT])


async def proof(name: str) -> list[Goal]:
    """What a check of the pack finds now."""
    certificate = await certify(opened(name), {}, Standing.of(ROOT / name).files)
    tasks = certificate.tasks
    spoilt = sum(each.mutants for each in tasks)
    noticed = spoilt - sum(len(each.survivors) for each in tasks)
    bystanders = sum(each.idle + each.hand_off + each.echo + each.random for each in tasks)
    return [
        Goal(f"{name}: tasks", len(tasks), "", None if name in ("library",) else 60, "at least"),
        Goal(
            f"{name}: the reference solves",
            100 * sum(each.reference for each in tasks) / len(tasks),
            "%",
            100,
            "at least",
        ),
        Goal(f"{name}: tasks that idle, hand-off, echo or random agents solve", bystanders, "", 0),
        Goal(f"{name}: mistakes noticed, of {spoilt:,}", 100 * noticed / spoilt, "%", 95, "at least"),
        Goal(f"{name}: flaws of the pack as a whole", len(certificate.problems), "", 0),
    ]


async def speed(name: str, seconds: float) -> list[Goal]:
    """Whole episodes of the reference agent, record and checks included; and forks in the middle of one."""
    pack = opened(name)
    cards = pack.tasks()
    for card in cards:
        await tried(pack, card, pack.reference(card.id))  # templates and expected states are made once
    begun, count = time.process_time(), 0  # of this core, whatever else the machine does
    while time.process_time() - begun < seconds:
        card = cards[count % len(cards)]
        await tried(pack, card, pack.reference(card.id))
        count += 1
    rate = count / (time.process_time() - begun)
    return [
        Goal(f"{name}: scripted episodes a second on one core", rate, "/s", 1_000, "at least"),
        Goal(f"{name}: fork, median", await fork_ms(pack), "ms", 1.0),
    ]


async def fork_ms(pack: Pack) -> float:
    """Snapshot and restore into another environment that is open already, half-way through the first task."""
    card = pack.tasks()[0]
    world, copy = pack.environment(card.id), pack.environment(card.id)
    await world.open(1)
    await copy.open(1)
    reference = pack.reference(card.id)
    for call in (call for message in reference[: len(reference) // 2] for call in message.tool_calls):
        await world.call(call)
    took = []
    for _ in range(200):
        begun = time.perf_counter()
        copy.restore(world.snapshot())
        took.append(time.perf_counter() - begun)
    return 1_000 * statistics.median(took)


def memory(name: str) -> Iterator[Goal]:
    """A thousand environments that are open at once, in a process of their own."""
    command = [sys.executable, "-c", OPEN, name, str(ROOT), str(ENVIRONMENTS)]
    before, after = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    yield Goal(f"{name}: {ENVIRONMENTS:,} open environments", (int(after) - int(before)) / 1024, "MB", 2_000)


async def personas() -> list[Goal]:
    """One task of retail with five users."""
    heard = set()
    for persona in PERSONAS:
        pack = opened("retail", personas=persona)
        card = pack.tasks()[0]
        episode = await tried(pack, card, pack.reference(card.id))
        heard.add(tuple(event.text for event in episode.events if event.kind == "said"))
    return [Goal(f"transcripts of one task with {len(PERSONAS)} users", len(heard), "", len(PERSONAS), "at least")]


async def bfcl(most: int) -> list[Goal]:
    """Berkeley's 800 tasks with their own checker."""
    pack = opened("bfcl")
    cards = pack.tasks()[:most]
    valid = [solved(await tried(pack, card, pack.reference(card.id))) for card in cards]
    idle = [solved(await played(pack, card, ScriptAgent((), "idle"))) for card in cards]
    dropped = [solved(await tried(pack, card, script)) async for card, script in _dropped(pack, min(most, DROPPED))]
    return [
        Goal(f"bfcl: the reference solves, of {len(cards)}", sum(valid), "", len(cards), "at least"),
        Goal("bfcl: who does nothing solves", sum(idle), "", 0),
        Goal(
            f"bfcl: a dropped call is noticed, of {len(dropped)}",
            len(dropped) - sum(dropped),
            "",
            len(dropped),
            "at least",
        ),
    ]


async def _dropped(pack: Pack, most: int) -> AsyncIterator[tuple[TaskCard, Sequence[Message]]]:
    """The reference without its first call that changed something, for so many tasks."""
    known = known_values(pack.reference(card.id) for card in pack.tasks())
    left = most
    for card in pack.tasks():
        if left == 0:
            return
        record = await tried(pack, card, pack.reference(card.id))
        without = [mutant for mutant in mutants(pack.reference(card.id), record, (), known) if not mutant.argument]
        if without:
            left -= 1
            yield card, without[0].script


if __name__ == "__main__":
    main()
