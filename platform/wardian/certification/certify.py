"""From a pack to its certificate."""

from collections.abc import AsyncIterator, Mapping, Sequence

from wardian.agents.script_agent import ScriptAgent
from wardian.base.messages import ToolSchema
from wardian.certification.bystanders import EchoAgent, HandOffAgent, RandomAgent
from wardian.certification.certificate import Certificate, TaskCertificate
from wardian.certification.mutants import Known, known_values, mutants
from wardian.certification.order import order_dependent
from wardian.certification.reach import unreachable_checks
from wardian.certification.trial import Trials, changes, fingerprint, played, solved, tried
from wardian.environments.pack import Pack, TaskCard
from wardian.episodes.record import Episode
from wardian.specs.environments import KnobValue

__all__ = ["certify", "fingerprints"]

RANDOM_TRIES = 5


async def certify(pack: Pack, knobs: Mapping[str, KnobValue], files: str, elsewhere: bool | None = None) -> Certificate:
    """Play what must solve the tasks of `pack`, and what must not.

    Args:
        pack: opened with `knobs`.
        knobs: those that are not the defaults.
        files: digest of the pack's files.
        elsewhere: whether another process got the same `fingerprints`.
    """
    known = known_values(pack.reference(card.id) for card in pack.tasks())
    return Certificate(
        pack=pack.name,
        version=pack.version,
        digest=pack.digest,
        files=files,
        knobs=dict(knobs),
        tasks=tuple([await _task(pack, card, known) for card in pack.tasks()]),
        unused_tools=_unused_tools(pack),
        unreachable_checks=await unreachable_checks(pack),
        elsewhere=elsewhere,
    )


async def fingerprints(pack: Pack) -> list[str]:
    """What came of each reference, to be compared with another process."""
    return [fingerprint(await tried(pack, card, pack.reference(card.id))) for card in pack.tasks()]


async def _task(pack: Pack, card: TaskCard, known: Known) -> TaskCertificate:
    reference = pack.reference(card.id)
    record = await tried(pack, card, reference)
    if not solved(record):
        return TaskCertificate(task=card.id, reference=False, failing=_failing(record))
    again = await tried(pack, card, reference)
    trials = Trials()
    tried_mutants = [each async for each in _mutants(pack, card, record, known, trials)]
    chance = [trials.solved(await played(pack, card, RandomAgent(seed)), "random") for seed in range(RANDOM_TRIES)]
    return TaskCertificate(
        task=card.id,
        reference=True,
        idle=trials.solved(await played(pack, card, ScriptAgent((), "idle")), "idle"),
        hand_off=trials.solved(await played(pack, card, HandOffAgent()), "hand-off"),
        echo=trials.solved(await played(pack, card, EchoAgent()), "echo"),
        random=any(chance),
        deterministic=fingerprint(record) == fingerprint(again),
        mutants=len(tried_mutants),
        survivors=tuple(wrong for wrong, survives in tried_mutants if survives),
        order=await order_dependent(pack, card, record),
        broken=tuple(trials.broken),
    )


def _failing(record: Episode) -> tuple[str, ...]:
    """The checks that it does not pass, or what broke it."""
    if record.failure is not None:
        return (record.failure.message,)
    return tuple(check.name for check in record.findings.checks if not check.passed) if record.findings else ()


async def _mutants(
    pack: Pack, card: TaskCard, record: Episode, known: Known, trials: Trials
) -> AsyncIterator[tuple[str, bool]]:
    """What was wrong with each mutant, and whether it solved the task all the same."""
    tools = _tools(pack, card)
    for mutant in mutants(pack.reference(card.id), record, tools, known):
        spoilt = await tried(pack, card, mutant.script)
        if not (mutant.argument and _equal_in_the_end(spoilt, record)):
            yield mutant.wrong, trials.solved(spoilt, mutant.wrong)


def _equal_in_the_end(one: Episode, other: Episode) -> bool:
    """Whether both made the same changes, and some, in all that the pack looks at."""
    return bool(changes(one)) and changes(one) == changes(other)


def _tools(pack: Pack, card: TaskCard) -> Sequence[ToolSchema]:
    environment = pack.environment(card.id)
    tools = environment.tools()
    environment.close()
    return tools


def _unused_tools(pack: Pack) -> tuple[str, ...]:
    cards = pack.tasks()
    offered = {tool.name for card in cards for tool in _tools(pack, card)}
    used = {call.name for card in cards for message in pack.reference(card.id) for call in message.tool_calls}
    return tuple(sorted(offered - used))
