"""Evidence out of trajectories, by rules and by trying: no model is asked."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import orjson

from wardian.agents.tool_texts import ToolTexts
from wardian.optimization.evidence.clusters import Cluster, Member
from wardian.optimization.evidence.conversation import cut
from wardian.optimization.evidence.evidence import Counterfactual, Evidence, ToolSheet
from wardian.optimization.evidence.excerpts import excerpts_of
from wardian.optimization.evidence.reading import Reading, read
from wardian.optimization.evidence.selection import selected
from wardian.optimization.evidence.trials import Trial, try_all
from wardian.optimization.evidence.worlds import Worlds
from wardian.scoring.score import Scored

__all__ = ["TrajectoryDiagnostician"]

MOST: Final = 200
"""Failed episodes in which mistakes are mended, the first of them: whether that helps is known by then."""
SHEET: Final = 6_000
"""In bytes: what is shown of a tool."""


class TrajectoryDiagnostician:
    """Reads episodes beside their references, and tries what would have come of it if a mistake had been mended.

    Args:
        worlds: of the episodes.
    """

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds
        self._trials: dict[tuple[str, float], tuple[Trial, ...]] = {}

    async def diagnose(self, episodes: Sequence[Scored], smallest: int) -> tuple[Evidence, ...]:
        """Clusters of at least `smallest` failed episodes as `selected` has them; the same whatever the order is."""
        readings = await read(episodes, self._worlds)
        failed = [reading for reading in readings if not reading.succeeded]
        members = [
            Member(reading, trial)
            for number, reading in enumerate(failed)
            for trial in await self._trials_of(reading, tried=number < MOST)
        ]
        return tuple([await self._evidence(cluster, readings) for cluster in selected(members, smallest)])

    async def _evidence(self, cluster: Cluster, readings: Sequence[Reading]) -> Evidence:
        outcomes = Counter(member.trial.outcome for member in cluster.members)
        return Evidence(
            detector=cluster.mistake.detector,
            tool=cluster.tool,
            about=cluster.mistake.about,
            template=cluster.template,
            failed=len(cluster.members),
            decisive=sum(member.trial.decisive for member in cluster.members),
            counterfactual=Counterfactual(
                tried=outcomes["flipped"] + outcomes["stayed"], flipped=outcomes["flipped"], untold=outcomes["untold"]
            ),
            excerpts=excerpts_of(cluster, readings),
            sheet=await self._sheet(cluster),
        )

    async def _trials_of(self, reading: Reading, *, tried: bool) -> tuple[Trial, ...]:
        """What would have come of mending its mistakes; an episode is tried once, however often it is evidence."""
        if not tried:
            return tuple(Trial(symptom=symptom, outcome="untried") for symptom in reading.symptoms)
        record = reading.episode.spec.key, reading.episode.started_at
        if record not in self._trials:
            self._trials[record] = await try_all(reading, self._worlds)
        return self._trials[record]

    async def _sheet(self, cluster: Cluster) -> ToolSheet | None:
        """The tool in the words that the agent reads."""
        spec = cluster.members[0].reading.episode.spec
        tools = await self._worlds.tools(spec) if cluster.tool else ()
        texts = ToolTexts({} if spec.agent.bundle is None else spec.agent.bundle.texts)
        tool = next((tool for tool in texts.retold(tools) if tool.name == cluster.tool), None)
        if tool is None:
            return None
        parameters = orjson.dumps(tool.parameters).decode()
        return ToolSheet(name=tool.name, description=cut(tool.description, SHEET), parameters=cut(parameters, SHEET))
