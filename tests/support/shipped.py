"""The packs that are shipped: opening them, playing scripts in their tasks, and what holds for all of them."""

import importlib
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from support.played import play
from support.scripts import calls_of, say

from wardian.base.messages import Message
from wardian.environments.findings import Findings
from wardian.environments.pack import Pack
from wardian.environments.packs import load_pack
from wardian.environments.simulated import SimulatedWorld
from wardian.specs.environments import EnvironmentSpec, KnobValue

__all__ = [
    "ENVS",
    "ROOT",
    "failed",
    "forks_alike",
    "idlers_earn_nothing",
    "module_of",
    "offered",
    "opened",
    "outcome",
    "references_solve",
    "shipped",
    "solved_by",
    "takes_no_time",
    "tasks_of",
    "used",
]

ROOT = Path(__file__).resolve().parents[2]
ENVS = ROOT / "envs"


def shipped(name: str, /, **knobs: KnobValue) -> Pack:
    """A pack of this repository, with the defaults of all other knobs."""
    return load_pack(EnvironmentSpec(pack=name, knobs=knobs), [ENVS])


def module_of(pack: Pack, name: str) -> ModuleType:
    """One of the pack's own modules, as it was loaded with the pack."""
    return importlib.import_module(f"{type(pack).__module__}.{name}")


def tasks_of(pack: Pack, template: str) -> list[str]:
    """The tasks of a template, of which there must be one at least."""
    found = [card.id for card in pack.tasks() if card.template == template]
    assert found, f"no task of {template}"
    return found


def offered(pack: Pack) -> set[str]:
    """The names of the tools of the first task."""
    return {schema.name for schema in pack.environment(pack.tasks()[0].id).tools()}


def used(pack: Pack) -> set[str]:
    """The names of the tools that references call."""
    return {call.name for card in pack.tasks() for call in calls_of(pack.reference(card.id))}


async def opened(pack: Pack, task: str, seed: int = 1) -> SimulatedWorld:
    """The world of a task, after the user's first words."""
    world = pack.environment(task)
    assert isinstance(world, SimulatedWorld), type(world)
    await world.open(seed)
    return world


async def outcome(pack: Pack, task: str, script: Sequence[Message], seed: int = 1) -> Findings:
    """What is found when `script` has been played in a task."""
    world = pack.environment(task)
    await world.open(seed)
    await play(world, script)
    findings = await world.examine()
    world.close()
    return findings


def failed(findings: Findings) -> set[str]:
    """The names of the checks that did not pass."""
    return {check.name for check in findings.checks if not check.passed}


async def solved_by(pack: Pack, script: Sequence[Message]) -> list[str]:
    """The tasks of a pack that one and the same script solves."""
    return [card.id for card in pack.tasks() if (await outcome(pack, card.id, script)).success]


async def idlers_earn_nothing(pack: Pack) -> None:
    """An agent that has nothing to say solves no task, and passes no check that counts."""
    for card in pack.tasks():
        findings = await outcome(pack, card.id, [say("")] * 10)
        assert not findings.success, f"{card} is solved"
        earned = [check.name for check in findings.checks if check.passed and check.weight]
        assert not earned, f"{card}: {earned}"


async def references_solve(pack: Pack, seed: int = 3) -> None:
    """Every reference solves its task, and the user leaves at its last message and not before."""
    for card in pack.tasks():
        script, world = pack.reference(card.id), pack.environment(card.id)
        await world.open(seed)
        needed = (await play(world, script)).needed
        assert needed == len(script), f"{card}: the user left after {needed} of {len(script)}"
        findings = await world.examine()
        assert findings.success, f"{card}: {failed(findings)}"
        world.close()


async def forks_alike(pack: Pack, task: str, middle: int) -> None:
    """A fork before message `middle` of the reference goes on like its world, and both solve the task."""
    script = pack.reference(task)
    world = await opened(pack, task, seed=5)
    await play(world, script[:middle])
    fork = world.fork()
    assert fork.digest() == world.digest(), f"{task}: the fork begins elsewhere"
    rest = await play(world, script[middle:])
    assert await play(fork, script[middle:]) == rest, f"{task}: another conversation"
    assert rest.needed == len(script) - middle, f"{task}: the user left after {rest.needed}"
    assert fork.digest() == world.digest(), f"{task}: another end"
    findings = await world.examine()
    assert findings.success, f"{task}: {failed(findings)}"
    assert await fork.examine() == findings, f"{task}: other findings"
    world.close()
    fork.close()


async def takes_no_time(pack: Pack, task: str, text: str) -> None:
    """However long a text is, the user has read it and its checks are made within two seconds."""
    world = await opened(pack, task)
    begun = time.perf_counter()
    await world.reply(text)
    await world.examine()
    taken = time.perf_counter() - begun
    assert taken < 2, f"{text[:40]!r} took {taken:.1f} s"
    world.close()
