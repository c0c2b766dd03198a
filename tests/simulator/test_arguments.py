"""Arguments that are wrong keep their shape."""

from typing import Any

import orjson
import pytest
from support.simulator import heard, turns

from wardian.base.identity import random_stream
from wardian.simulator.arguments import invented_id, wrong_argument


def changed(value: Any, seed: int = 0, said: str = "Hello") -> Any:
    text = wrong_argument(orjson.dumps({"x": value}).decode(), turns([heard(said)]), random_stream(seed, "test"))
    assert text is not None
    return orjson.loads(text)["x"]


@pytest.mark.parametrize("value", [True, False, 3, 2.5, "damaged", "A7", "7", ["i1", "i2"], {"street": "Elm 5"}])
def test_something_else_of_the_same_type(value: Any) -> None:
    for seed in range(20):
        other = changed(value, seed)
        assert type(other) is type(value)
        assert other != value


def test_a_list_keeps_its_length() -> None:
    assert len(changed(["a1", "b2", "c3"])) == 3


@pytest.mark.parametrize("arguments", ["{}", '{"x": ""}', '{"x": null}', '{"x": []}'])
def test_where_nothing_is_said_nothing_is_changed(arguments: str) -> None:
    assert wrong_argument(arguments, turns([heard("Hello")]), random_stream(0, "test")) is None


@pytest.mark.parametrize("name", ["id", "order_id", "item_ids", "email", "zip_code", "orderId", "sku"])
def test_id_like_names(name: str) -> None:
    arguments = orjson.dumps({name: "K42", "note": "n"}).decode()
    text = invented_id(arguments, turns([heard("K42")]), random_stream(0, "test"))
    assert text is not None
    assert orjson.loads(text)["note"] == "n"
    assert orjson.loads(text)[name] != "K42"


@pytest.mark.parametrize("name", ["identity", "video", "amount", "grid", "paid"])
def test_other_names(name: str) -> None:
    assert invented_id(orjson.dumps({name: "K42"}).decode(), (), random_stream(0, "test")) is None


def test_lookalikes_have_the_same_letters_and_are_whole_words() -> None:
    assert {changed("W10", seed, "W10 W11 X12 W130 aW14 W15b W16.") for seed in range(30)} == {"W11", "W16"}
