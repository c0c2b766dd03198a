"""Questions out of a JSONL file."""

from pathlib import Path

import pytest

from wardian.base.errors import ConfigError
from wardian.specs.fusion.agree import NumberAgree
from wardian.specs.questions import read_questions


def written(folder: Path, text: str) -> Path:
    file = folder / "q.jsonl"
    file.write_text(text)
    return file


def test_a_line_needs_a_prompt_alone(tmp_path: Path) -> None:
    (question,) = read_questions(written(tmp_path, '\n{"prompt": "Why?"}\n'))
    assert (question.id, question.prompt, question.gold) == ("2", "Why?", ())


def test_gold_is_an_answer_or_several_and_may_be_a_number(tmp_path: Path) -> None:
    lines = '{"prompt": "a", "gold": 0.5, "agree": "number"}\n{"prompt": "b", "gold": ["x", 12]}'
    first, second = read_questions(written(tmp_path, lines))
    assert (first.gold, first.agree) == (("0.5",), NumberAgree(kind="number"))
    assert second.gold == ("x", "12")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"prompt": "a"}\n{"promt": "b"}', "q.jsonl:2: prompt: Field required"),
        ('{"prompt": "a", "id": "x"}\n{"prompt": "b", "id": "x"}', "q.jsonl:2: the id 'x' is there already"),
        ("{", "q.jsonl:1: the line: Invalid JSON"),
        ("\n", "q.jsonl: there is no question in it"),
        ('{"prompt": "a", "gold": true}', "q.jsonl:1: gold.0: Input should be a valid string"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_questions(written(tmp_path, text))
    assert complaint in str(caught.value)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        read_questions(tmp_path / "nowhere.jsonl")
