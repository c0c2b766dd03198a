"""What a campaign costs at most, beside what it may spend, before it has spent anything."""

from typing import Final

from wardian.base.dollars import total_usd
from wardian.base.frozen import Frozen
from wardian.cli.wording import dollars
from wardian.optimization.campaign.purse import Purse
from wardian.runs.figures import Load, longest, taken
from wardian.runs.forecast import Forecast
from wardian.specs.job import JobSpec
from wardian.specs.refinement import RefineSpec

__all__ = ["CampaignCost", "cost_of"]

QUESTION_TOKENS: Final = 10_000
"""What a reflection model reads for one edit when all of its parts are as long as they may be."""


class CampaignCost(Frozen):
    """Dollars and tokens of a campaign. Dollars are None when a price is unknown.

    Args:
        episode_usd: of one episode, users' words included, as expected.
        episode_tokens: the same, in and out.
        reflection_usd: of all edits that may be asked for, with questions and answers as long as they may be.
        most_usd: of the campaign when no gate ends early: all of its episodes as expected, and reflection.
        needed: episodes of preflight, one race and one gate of half its pairs: with fewer, nothing is decided.
        needed_usd: what these cost as expected, with the edits of one generation.
    """

    episode_usd: float | None
    episode_tokens: float
    reflection_usd: float | None
    most_usd: float | None
    needed: int
    needed_usd: float | None

    def beside(self, spec: RefineSpec) -> str | None:
        """Why the budget may be too small for one decision; None when it seems to be enough."""
        budget, tokens = spec.budget, self.needed * self.episode_tokens
        what = f"preflight, race and a gate take some {self.needed:,} episodes"
        if budget.usd is not None and self.needed_usd is not None and budget.usd < self.needed_usd:
            return f"refine.budget.usd: {what} ({dollars(self.needed_usd)}), more than {dollars(budget.usd)}"
        if budget.tokens is not None and budget.tokens < tokens:
            return f"refine.budget.tokens: {what} ({tokens:,.0f} tokens), more than {budget.tokens:,}"
        return None


def cost_of(job: JobSpec, spec: RefineSpec, champion: str, forecast: Forecast) -> CampaignCost:
    """Work it out.

    Args:
        job: with the models.
        spec: of the campaign.
        champion: the agent that is refined.
        forecast: of the job.
    """
    purse, (usd, tokens) = Purse(spec), _episode(champion, forecast)
    proposed = 0 if spec.search.kind == "given" else spec.search.candidates
    reflection, once = _reflection(job, spec, proposed * spec.search.rounds), _reflection(job, spec, proposed)
    needed = purse.preflight + purse.race + purse.least
    return CampaignCost(
        episode_usd=usd,
        episode_tokens=tokens,
        reflection_usd=reflection,
        most_usd=None if usd is None else total_usd((purse.campaign * usd, reflection)),
        needed=needed,
        needed_usd=None if usd is None else total_usd((needed * usd, once)),
    )


def _episode(champion: str, forecast: Forecast) -> tuple[float | None, float]:
    """Dollars and tokens of one; users speak in episodes of all arms."""
    whose = {arm.arm: forecast.episodes / forecast.arms for arm in forecast.asking if arm.arm == champion}
    whose |= {arm.arm: forecast.episodes for arm in forecast.asking if arm.arm.startswith("user of ")}
    asking = [arm for arm in forecast.asking if arm.arm in whose]
    usd = total_usd(None if arm.usd is None else arm.usd.expected / whose[arm.arm] for arm in asking)
    tokens = [(arm.input_tokens + arm.output_tokens).expected / whose[arm.arm] for arm in asking]
    return usd if asking else None, sum(tokens)


def _reflection(job: JobSpec, spec: RefineSpec, edits: int) -> float | None:
    """Of so many edits; None when a price is unknown, or nothing limits answers."""
    costs: list[float | None] = [0.0]
    for name, share in job.panels.shares(spec.reflection.model, tools=False).items():
        places = [place.spec for place in job.asked[name].usable(name)]
        written = longest(spec.reflection.sampling, places)
        calls = edits * share.most
        read = calls * QUESTION_TOKENS + edits * share.read * (written or 0)
        load = Load(calls, read, calls * (written or 0))
        found = taken(places, load, load, None if written is None else load, calls)
        costs.append(None if found.usd is None else found.usd.most)
    return total_usd(costs)
