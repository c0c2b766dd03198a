"""Whatever stands in a file: conversations come of it, or one line that says what is wrong."""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from wardian.base.errors import ConfigError
from wardian.scoring.recorded import score_record
from wardian.traces.files import read_transcripts

KEYS = st.sampled_from(
    ["messages", "role", "content", "tool_calls", "function", "name", "arguments", "id", "tool_call_id", "metadata",
     "wardian", "turns", "schema_version", "steps", "source", "message", "observation", "results", "extra", "data",
     "eval", "plan", "samples",
     "spans", "attributes", "resourceSpans", "scopeSpans", "key", "value", "info", "usage", "prompt", "about"]
)  # fmt: skip
WORDS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from(["user", "assistant", "tool", "agent", "ATIF-v1.7", "c1", "{}", "", "stringValue"]),
)
VALUES = st.recursive(
    WORDS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)), max_leaves=12
)
MESSAGES = st.lists(st.dictionaries(KEYS, VALUES, max_size=4), max_size=4)
DOCUMENTS = st.one_of(
    VALUES,
    st.fixed_dictionaries({"messages": MESSAGES}, optional={"metadata": VALUES}),
    st.fixed_dictionaries({"schema_version": st.just("ATIF-v1.7"), "steps": MESSAGES}, optional={"extra": VALUES}),
    st.fixed_dictionaries({"eval": st.just({}), "plan": WORDS, "samples": st.one_of(WORDS, MESSAGES)}),
    st.fixed_dictionaries({"data": st.fixed_dictionaries({"spans": MESSAGES})}, optional={"info": VALUES}),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(DOCUMENTS, min_size=1, max_size=2))
def test_it_is_read_or_refused_in_one_line(documents: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "any.jsonl"
        file.write_text("".join(json.dumps(document) + "\n" for document in documents))
        try:
            for transcript in read_transcripts(file):
                asyncio.run(score_record(transcript))
        except ConfigError as error:
            said = str(error)
        else:
            said = ""
        assert "\n" not in said
