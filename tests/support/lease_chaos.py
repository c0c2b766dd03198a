"""What goes wrong in a world, drawn from a seed: at which step, with whom, for how long."""

from collections.abc import Callable, Sequence
from random import Random

from support.lease_workers import WorkerProcess
from support.lease_world import LEASE_S, World

Event = tuple[int, Callable[[World], None]]
Harm = Callable[[World, Random], None]


def kill_worker(world: World, random: Random) -> None:
    for worker in _some(world, random):
        worker.kill()


def freeze_worker(world: World, random: Random) -> None:
    for worker in _some(world, random):
        worker.process.freeze()
        world.nature.call_later(_for_a_while(random), worker.process.thaw)


def cut_worker(world: World, random: Random) -> None:
    for worker in _some(world, random):
        worker.cut = True
        world.nature.call_later(_for_a_while(random), worker.heal)


def kill_coordinator(world: World, random: Random) -> None:
    """The next epoch begins some time later; what the last one has sent is there by then."""
    coordinator = world.coordinators[-1]
    if coordinator.process.alive:
        coordinator.process.kill()
        world.nature.call_later(random.choice((0.1, 0.3, _for_a_while(random))), world.coordinate)


def freeze_coordinator(world: World, random: Random) -> None:
    """It is taken for dead, and is not: when it goes on, another one has followed."""
    coordinator = world.coordinators[-1]
    if not coordinator.process.frozen:
        coordinator.process.freeze()
        world.nature.call_later(random.uniform(0.1, 1.0), world.coordinate)
        world.nature.call_later(random.uniform(0.5, 3 * LEASE_S), coordinator.process.thaw)


def kill_everything(world: World, random: Random) -> None:
    for worker in list(world.workers.values()):
        worker.kill()
    kill_coordinator(world, random)


WORKERS: Sequence[Harm] = (kill_worker, freeze_worker, cut_worker)
ALL: Sequence[Harm] = (*WORKERS, kill_worker, kill_coordinator, kill_coordinator, kill_everything)


def chaos(seed: int, harms: Sequence[Harm] = ALL, most: int = 5, steps: int = 400) -> list[Event]:
    """Up to `most` of `harms` during the first `steps` steps; a run without chaos has about so many."""
    random = Random(f"chaos {seed}")
    number = random.randint(1, most)
    return [(random.randrange(steps), _event(random.choice(harms), random.getrandbits(32))) for _ in range(number)]


def _event(harm: Harm, seed: int) -> Callable[[World], None]:
    return lambda world: harm(world, Random(seed))


def _some(world: World, random: Random) -> list[WorkerProcess]:
    alive = [worker for worker in world.workers.values() if worker.process.alive]
    return [random.choice(alive)] if alive else []


def _for_a_while(random: Random) -> float:
    """Shorter than a lease as often as longer."""
    return random.uniform(0.1, LEASE_S) if random.random() < 0.5 else random.uniform(LEASE_S, 2.2 * LEASE_S)
