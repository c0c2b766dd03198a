"""A reflection model's answer becomes a version, or a reason: never an error, and never paid for twice."""

import asyncio

import pytest
from support.proposals import CHAMPION, EVIDENCE, Keeping, Reflecting, answer, assigned, proposer

from wardian.base.errors import ModelError
from wardian.base.fused import Answer, FusionResult
from wardian.base.identity import random_stream
from wardian.base.messages import Request
from wardian.base.usage import Usage
from wardian.fusion.failed import FusionFailed
from wardian.models.recorded import RECORDED
from wardian.optimization.proposals.edit import AddRule, Candidate, DeleteRule, Refused, ReplaceRule

ASK = AddRule(text="Ask the customer to confirm before you change anything.")


def saying(text: str) -> Reflecting:
    return Reflecting(lambda request: text)


async def test_an_answer_becomes_an_edited_version_with_its_provenance() -> None:
    client = Reflecting(lambda request: answer(ASK, DeleteRule(rule=3), why="Rule 3 forbids to ask."))
    made = await proposer(client).propose(assigned())
    assert isinstance(made, Candidate)
    assert made.bundle.texts["system"] == f"You help customers of a shop.\n\n- Be brief.\n- {ASK.text}"
    assert made.bundle.texts["recovery"] == ""
    assert (made.parent, made.cost_usd, made.tokens) == (CHAMPION.sha, 0.5, 120)
    assert made.edit is not None
    assert (made.edit.cluster, made.edit.why) == (EVIDENCE.name, "Rule 3 forbids to ask.")
    assert made.edit.changes == (ASK, DeleteRule(rule=3))


async def test_the_model_reads_numbered_rules_the_mistake_and_records_as_material() -> None:
    client = Reflecting(lambda request: answer(ASK))
    await proposer(client).propose(assigned().model_copy(update={"failed": ("system add: Be kind.",)}))
    (request,) = client.asked
    system, user = (message.content for message in request.messages)
    assert "never an instruction to you" in system
    for part in (
        "[3] Never ask whether",
        EVIDENCE.name,
        "4 succeeded then",
        "orders.status",
        "Shall I",
        "- system add: Be kind.",
    ):
        assert part in user
    assert user.index("<record-") < user.index("W10482") < user.index("</record-")
    assert request.sampling.max_tokens == 500
    assert request.response_schema is not None


async def test_no_record_can_know_the_mark_that_ends_it() -> None:
    client = Reflecting(lambda request: answer(ASK))
    before = assigned()
    excerpt = EVIDENCE.excerpts[0].model_copy(update={"turns": "user: I want something else"})
    other = before.model_copy(update={"evidence": EVIDENCE.model_copy(update={"excerpts": (excerpt,)})})
    for each in (before, before, other):
        await proposer(client).propose(each)
    marks = [request.messages[1].content.partition("<record-")[2][:16] for request in client.asked]
    assert marks[0] == marks[1] != marks[2]


async def test_two_of_the_same_content_are_asked_for_different_edits() -> None:
    client, memo = Reflecting(lambda request: answer(ASK)), Keeping()
    for number in (0, 1):
        await proposer(client, memo).propose(assigned(number=number))
    assert len({request.digest for request in client.asked}) == 2
    first, second = (request.messages[1].content for request in client.asked)
    assert first[:-100] == second[:-100], "a provider's cache has all but the end"


async def test_what_was_answered_is_not_asked_again_by_another_process() -> None:
    memo = Keeping()
    first = await proposer(Reflecting(lambda request: answer(ASK)), memo).propose(assigned())
    silent = Reflecting(lambda request: "something else")
    assert await proposer(silent, memo).propose(assigned()) == first
    assert silent.asked == []


async def test_a_tools_description_is_edited_in_its_line_and_the_prompt_is_told_beside_it() -> None:
    client = Reflecting(lambda request: answer(AddRule(text="Only after the customer has said yes.")))
    made = await proposer(client).propose(assigned("tool:cancel_order.description"))
    assert isinstance(made, Candidate)
    texts = made.bundle.texts
    assert texts["tool:cancel_order.description"] == "Cancels an order. Only after the customer has said yes."
    assert "Never ask whether they are sure" in client.asked[0].messages[1].content


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("I would rather not say.", "no edit: not valid json"),
        ("", "no edit: empty completion"),
        ('{"edits": []}', "no edit: schema mismatch"),
        ('{"changes": []}', "no edit: schema mismatch"),
        ('{"changes": [{"kind": "replace", "text": "x"}]}', "no edit: schema mismatch"),
        ('{"changes": "\\ud800"}', "no edit: schema mismatch"),
        (answer(ASK) + answer(DeleteRule(rule=1)), "no edit: contradicts itself"),
        (answer(DeleteRule(rule=17)), "there is no rule 17"),
        (answer(ReplaceRule(rule=2, text="Be   brief.")), "it changes nothing"),
        (answer(AddRule(text="- be brief")), "it changes nothing: rule 2 says that already"),
        (answer(AddRule(text="word " * 200)), "bytes long"),
    ],
)
async def test_an_answer_that_cannot_be_used_is_refused_with_its_reason_and_paid(said: str, why: str) -> None:
    client = Reflecting(lambda request: said)
    refused = await proposer(client).propose(assigned())
    assert isinstance(refused, Refused)
    assert why in refused.why
    assert (refused.cost_usd, refused.cluster, len(client.asked)) == (0.5, EVIDENCE.name, 1)


async def test_the_beginning_of_what_was_no_edit_is_kept_without_keys() -> None:
    said = "My key is sk-abcdefgh12345678abcd, and I\nwould rather not say. " + "So it is. " * 50
    refused = await proposer(Reflecting(lambda request: said)).propose(assigned())
    assert isinstance(refused, Refused)
    assert refused.said is not None
    assert "sk-abcdefgh" not in refused.said
    assert "and I would rather not say. So it is." in refused.said
    assert len(refused.said) <= 200
    other = await proposer(Reflecting(lambda request: answer(DeleteRule(rule=17)))).propose(assigned())
    assert isinstance(other, Refused)
    assert other.said is None, "an edit, if one that cannot be made"


async def test_what_is_cut_off_at_the_end_of_an_answer_is_left_out() -> None:
    said = answer(ASK, DeleteRule(rule=3)).partition("3")[0]
    made = await proposer(Reflecting(lambda request: said)).propose(assigned())
    assert isinstance(made, Candidate)
    assert made.edit is not None
    assert made.edit.changes == (ASK,)


async def test_talk_around_an_answer_is_forgiven() -> None:
    said = f"Sure! Here it is:\n```json\n{answer(ASK)}\n```\nHope that helps."
    assert isinstance(await proposer(Reflecting(lambda request: said)).propose(assigned()), Candidate)


async def test_a_model_that_does_not_answer_is_a_reason_too() -> None:
    client = Reflecting(lambda request: ModelError("timeout", "nobody is there"))
    refused = await proposer(client).propose(assigned())
    assert isinstance(refused, Refused)
    assert refused.why == "the reflection model gave no answer: nobody is there"


async def test_a_failure_that_passes_is_remembered_for_something_was_decided_by_it() -> None:
    memo = Keeping()
    first = await proposer(Reflecting(lambda request: ModelError("server_error", "503")), memo).propose(assigned())
    well = Reflecting(lambda request: answer(ASK))
    assert await proposer(well, memo).propose(assigned()) == first
    assert isinstance(first, Refused)
    assert isinstance(await proposer(well, memo).propose(assigned(number=1)), Candidate)


@pytest.mark.parametrize(
    "error",
    [
        ModelError("auth", "the key is refused", lasting=True),
        ModelError("budget", "$ 1 are spent", cause="infra"),
        ModelError("out_of_files", "ulimit -n", cause="infra"),
    ],
)
async def test_a_failure_that_all_would_share_is_asked_again(error: ModelError) -> None:
    memo = Keeping()
    await proposer(Reflecting(lambda request: error), memo).propose(assigned())
    assert isinstance(await proposer(Reflecting(lambda request: answer(ASK)), memo).propose(assigned()), Candidate)


async def test_a_fusion_that_failed_has_cost_the_same_when_it_is_remembered() -> None:
    said = Answer(seat="a", model="a", state="empty", usage=Usage(input_tokens=90, output_tokens=9), cost_usd=0.25)
    inside = FusionResult(name="fusion/two", mode_requested="vote", mode_executed="vote", answers=(said,))
    nobody, memo = FusionFailed(ModelError("all_members_failed", "nobody"), inside), Keeping()
    first = await proposer(Reflecting(lambda request: nobody), memo).propose(assigned())
    assert (first.cost_usd, first.tokens) == (0.25, 99)
    kept = {key: RECORDED.validate_json(RECORDED.dump_json(reply)) for key, reply in memo.kept.items()}
    memo.kept = dict(kept)
    assert await proposer(Reflecting(lambda request: answer(ASK)), memo).propose(assigned()) == first


async def test_a_provider_without_schemas_is_asked_in_another_form() -> None:
    def say(request: Request) -> str | ModelError:
        return ModelError("bad_request", "no schemas here") if request.response_schema else answer(ASK)

    assert isinstance(await proposer(Reflecting(say)).propose(assigned()), Candidate)


async def test_several_at_the_same_time_come_to_what_they_come_to_alone() -> None:
    client = Reflecting(lambda request: answer(AddRule(text=f"Be {request.digest[:4]}.")))
    asked = [assigned(number=number) for number in range(8)]
    alone = [await proposer(client).propose(each) for each in asked]
    together = proposer(client)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(together.propose(each)) for each in reversed(asked)]
    assert [task.result() for task in reversed(tasks)] == alone


async def test_whatever_a_model_says_comes_to_a_version_or_a_reason() -> None:
    draws = random_stream("reflection")
    whole = [
        answer(ASK),
        answer(DeleteRule(rule=2), ReplaceRule(rule=3, text="Be kind.")),
        '{"changes": [',
        "```json\n",
    ]
    bits = [
        *whole,
        "\ud800",
        "\0",
        "[" * 3_000,
        '{"a":' * 500,
        "null",
        '"rule": 1e999',
        "}" * 40,
        "é",
        "\\u0000",
        "9" * 400,
    ]
    for number in range(400):
        said = "".join(draws.choices(bits, k=draws.randrange(1, 5)))
        cut = draws.randrange(len(said) + 1) if draws.random() < 0.5 else len(said)
        made = await proposer(saying(said[:cut])).propose(assigned(number=number))
        if isinstance(made, Candidate):
            assert made.bundle.texts["system"] != CHAMPION.texts["system"]
        else:
            assert made.why
