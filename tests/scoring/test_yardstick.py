import pytest

from wardian.base.errors import ConfigError
from wardian.scoring.metric import Metric
from wardian.scoring.own import ScorerCard
from wardian.scoring.yardstick import yardstick

TASTE = Metric(name="taste", unit="share", better="higher", high=1.0, description="How good it is.")


def card(metric: Metric) -> ScorerCard:
    return ScorerCard(name="mine", version="1", metrics=(metric,))


def test_a_share_of_which_more_is_better_decides() -> None:
    assert yardstick("sweep.metric", "success", ()).name == "success"
    assert yardstick("sweep.metric", "taste", [card(TASTE)]) == TASTE


@pytest.mark.parametrize(
    "metric",
    [
        TASTE.model_copy(update={"high": None}),
        TASTE.model_copy(update={"high": 10.0}),
        TASTE.model_copy(update={"low": -1.0}),
        TASTE.model_copy(update={"better": "lower"}),
        TASTE.model_copy(update={"better": "neutral"}),
    ],
)
def test_nothing_else_does(metric: Metric) -> None:
    with pytest.raises(ConfigError, match=r"^sweep\.metric: 'taste' is no metric in \[0, 1\]"):
        yardstick("sweep.metric", "taste", [card(metric)])


def test_a_hint_leads_to_what_can_decide() -> None:
    with pytest.raises(ConfigError, match="there is no metric 'sucess'; did you mean 'success'"):
        yardstick("refine.metric", "sucess", ())
