"""What messages and tools say of themselves."""

import pytest

from wardian.base.messages import ToolSchema


@pytest.mark.parametrize(
    ("description", "headline"),
    [("", ""), (" \n", ""), ("Look up.", "Look up."), ("\n Look up. \nBy its id.", "Look up."), ("a\r\nb", "a")],
)
def test_a_tool_is_headed_by_the_first_line_of_its_description(description: str, headline: str) -> None:
    assert ToolSchema(name="get", description=description, parameters={}).headline == headline
