"""The champion's own episodes: what a campaign can hope for, and what is wrong with them."""

from collections.abc import Sequence

from wardian.optimization.board import Order
from wardian.optimization.campaign.desk import Desk
from wardian.optimization.campaign.hearing import Hearing
from wardian.optimization.campaign.preflight import preflight_of, price_of
from wardian.optimization.campaign.prompt_warnings import prompt_warnings
from wardian.optimization.evidence.evidence import Evidence
from wardian.optimization.ground import SEARCH
from wardian.optimization.pairs import value_of
from wardian.scoring.finished import Finished

__all__ = ["Survey"]


class Survey:
    """Looks at a champion, once for each."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._spec = desk.spec

    async def preflight(self) -> None:
        """Play the champion against itself; there is no more to come when there is nothing to gain.

        What is observed beside that is begun with it.
        """
        desk, champion = self._desk, self._desk.champion
        desk.purse.pay(desk.purse.preflight)
        hearing = Hearing(desk.board, desk.ground, champion, champion, SEARCH, rank=0)
        observing = self._own()
        pairs = await hearing.all(self._spec.preflight)
        desk.purse.price(*price_of(pairs))
        found = preflight_of(pairs, self._spec, gate=desk.next_gate, episodes=desk.purse.campaign)
        warnings = (*found.warnings, *desk.ground.warnings, *prompt_warnings(champion, self._spec.components))
        await desk.books.note(preflight=found.model_copy(update={"warnings": warnings}), stage="observe")
        if found.false_alarm:
            observing.close()
            desk.books.end("false_alarm", "the champion seems to differ from itself: no difference can be believed")
        elif found.pairs and 1.0 - found.success < self._spec.gate.delta_min:
            observing.close()
            desk.books.end("no_headroom", f"the champion has {found.success:.0%} already")

    async def evidence(self) -> tuple[Evidence, ...]:
        """Mistakes of the champion that an edit may mend, the most frequent first; the end, when there are none.

        Nobody looks for them where a version is given: it answers none.
        """
        desk = self._desk
        if self._spec.search.kind == "given":
            return ()
        if desk.champion != desk.books.record.original:
            if not desk.purse.affords(desk.purse.look):
                desk.books.end("budget", f"{desk.purse.left} episodes are left: too few to look at another champion")
                return ()
            desk.purse.pay(desk.purse.look)
        seen = await self._seen()
        values = [value for done in seen if (value := value_of(done.result, self._spec.metric)) is not None]
        success = sum(values) / len(values) if values else None
        await desk.books.note(stage="diagnose", observed=len(seen), success=success)
        episodes = [await desk.crew.evaluator.record(done) for done in seen]
        found = await desk.crew.diagnostician.diagnose(episodes, self._spec.smallest_cluster)
        await desk.books.note(stage="propose", evidence=found)
        usable = tuple(each for each in found if self._usable(each))
        if not usable:
            least = self._spec.smallest_cluster
            desk.books.end("no_evidence", f"no mistake in {least} failed episodes that an edit could mend")
        return usable

    def _usable(self, evidence: Evidence) -> bool:
        return evidence.counterfactual.holds is not False and evidence.failed >= self._spec.smallest_cluster

    async def _seen(self) -> Sequence[Finished]:
        """Its episodes that have a result, in the order of their draws."""
        twins = self._desk.champion == self._desk.books.record.original
        order = self._own(twins=twins)
        found = sorted([done async for done in order], key=lambda done: (done.result.repeat, done.result.arm))
        return [done for done in found if done.result.missing is None]

    def _own(self, *, twins: bool = False) -> Order:
        desk, champion, order = self._desk, self._desk.champion, self._desk.board.order(0)
        for number in range(self._spec.preflight + self._spec.observe):
            own, twin = desk.ground.pair(champion, champion, desk.ground.draw(SEARCH, number), SEARCH, number)
            order.add([own, twin] if twins and number < self._spec.preflight else [own])
        return order
