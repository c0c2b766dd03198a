"""`wardian sweep --dry-run`: who would be compared, and what that takes at most."""

import sys
from collections.abc import Iterator

import orjson

from wardian.base.frozen import Frozen
from wardian.cli.checks import planned
from wardian.cli.wording import counted
from wardian.optimization.sweeps.choices import choice_of
from wardian.optimization.sweeps.elimination import FINALISTS
from wardian.optimization.sweeps.field import Order
from wardian.optimization.sweeps.flat import Config, configs_of, flattened, sweep_of
from wardian.optimization.sweeps.sharing import shared_members
from wardian.specs.job import JobSpec
from wardian.specs.sweeps import OptunaSampler, SweepSpec

__all__ = ["SweepForecast", "say_sweep"]

SHOWN = 20


class SweepForecast(Frozen):
    """What a sweep would play.

    Args:
        configs: who would be compared; of Optuna's, the grid that it chooses from.
        played: how many of them play at all.
        beside: arms that play what is played.
        cells: episodes that each could play.
        blocks: the number of episodes up to the end of each block, and how many play it.
        most: episodes in all, arms beside the sweep included; `safe` may need fewer.
        factorial: the same if all played everything.
        shared: models whose answers fusions have in common.
    """

    configs: tuple[Config, ...]
    played: int
    beside: tuple[str, ...]
    cells: int
    blocks: tuple[tuple[int, int], ...]
    most: int
    factorial: int
    shared: tuple[str, ...]

    @classmethod
    def of(cls, job: JobSpec) -> "SweepForecast":
        """That of a flat job.

        Raises:
            ConfigError: when it cannot be played.
        """
        spec, configs, plan = sweep_of(job), configs_of(job), planned(job)
        choice_of(spec, configs, job.seed)
        cells = len(plan) // len(job.agents)
        played = min(spec.sampler.configs, len(configs)) if isinstance(spec.sampler, OptunaSampler) else len(configs)
        blocks = tuple(_blocks(spec, Order.by(spec, job.seed).ends(cells), played))
        beside = tuple(agent.name for agent in job.agents[len(configs) :])
        begins = (0, *(end for end, _ in blocks))
        most = sum((end - begin) * (count + len(beside)) for begin, (end, count) in zip(begins, blocks, strict=False))
        return cls(
            configs=configs,
            played=played,
            beside=beside,
            cells=cells,
            blocks=blocks,
            most=most,
            factorial=(played + len(beside)) * cells,
            shared=shared_members(job),
        )


def say_sweep(job: JobSpec, *, as_json: bool) -> None:
    """Print what `wardian sweep` would do.

    Raises:
        ConfigError: when it could not.
    """
    forecast = SweepForecast.of(flattened(job))
    if as_json:
        sys.stdout.buffer.write(orjson.dumps(forecast.model_dump(mode="json"), option=orjson.OPT_INDENT_2) + b"\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _lines(job.name, forecast)))


def _lines(job: str, forecast: SweepForecast) -> Iterator[str]:
    yield f"{job}: {counted(len(forecast.configs), 'configuration')}, at most {counted(forecast.cells, 'episode')} each"
    if forecast.played < len(forecast.configs):
        yield f"optuna chooses {forecast.played:,} of them"
    for number, (end, count) in enumerate(forecast.blocks, 1):
        yield f"block {number}: {counted(count, 'configuration')} up to {counted(end, 'episode')} each"
    share = 100 * forecast.most / forecast.factorial
    yield f"at most {forecast.most:,} episodes, {share:.0f} % of the {forecast.factorial:,} of the factorial"
    if forecast.beside:
        yield f"beside them: {', '.join(forecast.beside)}"
    if forecast.shared:
        yield f"asked once for all fusions that ask the same: {', '.join(forecast.shared)}"
    yield from (f"  {each.name}" for each in forecast.configs[:SHOWN])
    if (left := len(forecast.configs) - SHOWN) > 0:
        yield f"  and {left:,} more"


def _blocks(spec: SweepSpec, ends: tuple[int, ...], count: int) -> Iterator[tuple[int, int]]:
    for end in ends:
        yield end, count
        if spec.ending == "halving":
            count = max(min(FINALISTS, count), -(-count // 2))
