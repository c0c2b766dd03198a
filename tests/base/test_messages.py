"""What messages and tools say of themselves."""

import pytest

from wardian.base.messages import ToolSchema
from wardian.base.usage import CallTiming, Retry, Usage


@pytest.mark.parametrize(
    ("description", "headline"),
    [("", ""), (" \n", ""), ("Look up.", "Look up."), ("\n Look up. \nBy its id.", "Look up."), ("a\r\nb", "a")],
)
def test_a_tool_is_headed_by_the_first_line_of_its_description(description: str, headline: str) -> None:
    assert ToolSchema(name="get", description=description, parameters={}).headline == headline


def test_the_usage_of_several_calls_is_the_sum_of_every_count() -> None:
    counts = [name for name in Usage.model_fields if name != "estimated"]
    one = Usage(**{name: place for place, name in enumerate(counts, 1)})
    other = Usage(**{name: 10 * place for place, name in enumerate(counts, 1)}, estimated=True)
    assert Usage.sum_of([one, other]) == Usage(
        **{name: 11 * place for place, name in enumerate(counts, 1)}, estimated=True
    )
    assert Usage.sum_of([one]) == one
    assert Usage.sum_of([]) == Usage()


def test_the_time_of_several_calls_is_joined_as_they_were_made() -> None:
    retries = [Retry(kind="timeout", at_s=float(place), pause_s=0.0) for place in (1, 2)]
    timings = [
        CallTiming(queue_s=1.0, total_s=2.0, retried=(retries[0],), cached=True, replayed=True),
        CallTiming(queue_s=3.0, total_s=4.0, retried=(retries[1],), replayed=True, hedged=True),
    ]
    joined = CallTiming(queue_s=4.0, total_s=6.0, retried=tuple(retries), replayed=True, hedged=True)
    assert CallTiming.joined(timings, sum) == joined
    assert CallTiming.joined(timings, max) == joined.model_copy(update={"queue_s": 3.0, "total_s": 4.0})
    assert CallTiming.joined([], sum) == CallTiming()
