"""Who of a panel is asked at a turn with tools."""

from collections.abc import Sequence
from dataclasses import dataclass

from wardian.base.fused import Answer
from wardian.base.messages import Message, Request
from wardian.fusion.actions import tool_names
from wardian.fusion.call import FusionCall
from wardian.fusion.collection import Collected, collect
from wardian.fusion.seats import Seat
from wardian.fusion.tally import Count
from wardian.specs.fusion.modes import PanelFusion

__all__ = ["Proposals", "Scoped", "only_reads"]


@dataclass(frozen=True, slots=True)
class Proposals:
    """What a turn's members would do, none of it done.

    Args:
        collected: the answers.
        whole: whether the whole panel was asked; else those who were asked first settle it.
    """

    collected: Collected
    whole: bool


class Scoped:
    """Asks as much of a panel as its scope says.

    Args:
        spec: the fusion's.
        seats: all of the panel.
    """

    def __init__(self, spec: PanelFusion, seats: Sequence[Seat]) -> None:
        self._scope = spec.scope
        self._collect = spec.collect
        self._votes = spec.mode == "vote"
        self._min_share = spec.min_share if spec.mode == "vote" else 0.0
        self._seats = seats
        self._whole = sum(seat.spec.weight for seat in seats)

    async def propose(self, call: FusionCall) -> Proposals:
        """The first members' answers, and those of the rest where the scope wants them or the first settle nothing.

        Raises:
            ModelError: as `FusionCall.check` does.
        """
        probes, others = self._split(call.request)
        needed = self._collect.needed(len(self._seats))
        first = await self._asked(call, probes, needed - len(others))
        if not others or self._settles(first.usable, len(probes), call.request):
            return Proposals(first, whole=not others)
        rest = await self._asked(call, others, needed - len(first.usable), first.answers)
        places = {seat.name: place for place, seat in enumerate(self._seats)}
        answers = sorted((*first.answers, *rest.answers), key=lambda answer: places[answer.seat])
        return Proposals(Collected(tuple(answers), rest.ended), whole=True)

    def _split(self, request: Request) -> tuple[Sequence[Seat], Sequence[Seat]]:
        """Who is asked before it is decided whether the rest is, and the rest: all who are required are asked first."""
        if self._scope == "every" or (self._scope == "first" and not _has_acted(request)):
            return self._seats, ()
        required = [seat for seat in self._seats if seat.spec.required]
        free = [seat for seat in self._seats if not seat.spec.required]
        spared = free[max(2 if self._scope == "divergent_probe" else 1, len(required)) - len(required) :]
        return [seat for seat in self._seats if seat not in spared], spared

    def _settles(self, usable: Sequence[Answer], asked: int, request: Request) -> bool:
        if len(usable) < asked or not Count(usable).unanimous:
            return False
        proposal = usable[0].message
        if self._scope == "destructive":
            return only_reads(proposal, request)
        return self._scope in ("divergent_probe", "first") or bool(tool_names(proposal))

    async def _asked(
        self, call: FusionCall, seats: Sequence[Seat], quorum: int, before: Sequence[Answer] = ()
    ) -> Collected:
        """The answers of a part of the panel, which has to bring `quorum` of them for the whole to have enough."""

        def decided(answers: Sequence[Answer], missing: int) -> bool:
            """Whether more than half of all votes are for one action, whatever those who are missing will say."""
            return bool(missing) and self._outvoted((*before, *answers))

        spec = self._collect.model_copy(update={"quorum": max(quorum, 1)})
        return await collect(call, seats, spec, decided=decided)

    def _outvoted(self, answers: Sequence[Answer]) -> bool:
        usable = [answer for answer in answers if answer.ok]
        if not usable:
            return False
        to_come = self._whole - sum(answer.weight for answer in answers)
        count, total = Count(usable), sum(answer.weight for answer in usable) + to_come
        leading = count.tallies[0].weight
        settles = self._votes or bool(tool_names(count.leader.message))  # other modes want to see all texts
        return settles and leading > total / 2 and leading >= self._min_share * total


def only_reads(message: Message | None, request: Request) -> bool:
    """Whether every tool that a turn calls is declared to read only; a text calls none."""
    reading = {tool.name for tool in request.tools if tool.effect == "read"}
    return reading.issuperset(tool_names(message))


def _has_acted(request: Request) -> bool:
    return any(message.role == "assistant" for message in request.messages)
