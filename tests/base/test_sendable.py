"""What goes back to a provider is valid JSON, whatever the model wrote; the record keeps what it wrote."""

import orjson
import pytest

from wardian.base.messages import Message, ToolCall


def sent(arguments: str) -> str:
    message = Message(role="assistant", tool_calls=(ToolCall(id="c1", name="f", arguments=arguments),))
    return str(orjson.loads(message.wire)["tool_calls"][0]["function"]["arguments"])


@pytest.mark.parametrize("arguments", ["{}", '{"a": 1}', '{ "a" :\n1}'])
def test_objects_go_back_byte_for_byte(arguments: str) -> None:
    assert sent(arguments) == arguments


@pytest.mark.parametrize("arguments", ["", '{"order_id": "12', "{", "[1]", '"text"', "3", "null", "NaN", "{'a': 1}"])
def test_anything_else_goes_back_inside_an_object(arguments: str) -> None:
    assert orjson.loads(sent(arguments)) == {"malformed": arguments}
