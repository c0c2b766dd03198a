"""A campaign: observe, diagnose, propose, race, gate, record, until it is done."""

import asyncio

from wardian.base.clock import Clock
from wardian.optimization.board import Board
from wardian.optimization.campaign.books import Books
from wardian.optimization.campaign.charter import Charter, Crew
from wardian.optimization.campaign.desk import Desk
from wardian.optimization.campaign.lineage import Lineage
from wardian.optimization.campaign.purse import Purse
from wardian.optimization.campaign.record import CampaignRecord
from wardian.optimization.campaign.reign import Reign
from wardian.optimization.campaign.survey import Survey
from wardian.optimization.ground import Ground

__all__ = ["Campaign"]


class Campaign:
    """One campaign: a function of what it is given, for what is asked of the crew twice is answered alike.

    Args:
        charter: what it is for.
        ground: where it plays.
        crew: who does the work.
        lineage: what went before it.
        clock: for the time that it takes.

    Raises:
        ConfigError: when the budget is too small for one generation and its gate.
    """

    def __init__(self, charter: Charter, ground: Ground, crew: Crew, lineage: Lineage, clock: Clock) -> None:
        self._charter = charter
        self.ground = ground
        self._crew = crew
        self._lineage = lineage
        self._clock = clock
        Purse(charter.spec).check()

    async def run(self) -> CampaignRecord:
        """Play it to its end, or go on with one that was broken off: that is the same."""
        async with asyncio.TaskGroup() as group:
            desk = self._desk(Board(self._crew.evaluator, group))
            deadline = asyncio.timeout(self._charter.left_s)
            try:
                async with deadline:
                    await self._play(desk)
            except TimeoutError:
                if not deadline.expired():
                    raise
                desk.books.cut(f"{desk.spec.budget.wall_s:g} s are over")
            except asyncio.CancelledError:
                await desk.books.note()
                raise
            desk.board.close()
            await desk.books.note(stage="ended")
        return desk.books.record

    async def _play(self, desk: Desk) -> None:
        survey = Survey(desk)
        await survey.preflight()
        while desk.books.record.stop is None:
            evidence = await survey.evidence()
            await Reign(desk, evidence).run()

    def _desk(self, board: Board) -> Desk:
        charter, crew = self._charter, self._crew
        record = CampaignRecord(
            id=charter.id,
            prompt=charter.prompt,
            spec=charter.spec,
            started_at=charter.started_at,
            original=self.ground.champion,
            champion=self.ground.champion,
            metric_sha=charter.metric_sha,
            slots=crew.evaluator.slots,
        )
        books = Books(record, charter, board, crew.recorder, self._clock)
        return Desk(charter.spec, self.ground, crew, self._lineage, Purse(charter.spec), board, books)
