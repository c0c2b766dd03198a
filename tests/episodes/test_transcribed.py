"""Episodes become transcripts and come back with what a transcript can say."""

from support.episodes import EpisodeBuilder, spec, update

from wardian.base.completion import Completion
from wardian.base.messages import Message, ToolCall
from wardian.base.usage import Usage
from wardian.episodes.record import Acted, Asked, Episode, Said
from wardian.episodes.transcribed import episode_of, transcript_of
from wardian.traces.transcript import Transcript, Turn


def bought() -> Episode:
    paid = (update("orders", "1", "state", "paid"),)
    return (
        EpisodeBuilder()
        .policy("Rules.")
        .user("Buy it.")
        .call("find", {"q": "it"}, error="not_found", text="none")
        .call("pay", {"id": "1"}, changes=paid)
        .call("mail", "no json", together=True)
        .say("Done.")
        .done()
    )


def test_every_event_is_a_message() -> None:
    transcript = transcript_of(bought(), run="r-1", prompt="Be kind.", scores={"success": 1.0})
    roles = [message.role for message in transcript.messages]
    assert roles[:3] == ["system", "system", "user"], "the prompt, the policy, the user"
    assert roles[3:] == ["assistant", "tool", "assistant", "tool", "assistant", "tool", "assistant"]
    assert (transcript.prompt, transcript.scores, transcript.own) == ("Be kind.", {"success": 1.0}, True)
    assert (transcript.about["run"], transcript.about["arm"], transcript.task) == ("r-1", "arm", "t1")


def test_a_call_that_no_answer_tells_of_gets_a_message_that_nobody_was_asked_for() -> None:
    turns = transcript_of(bought()).turns
    assert [turn.asked for turn in turns if turn.message.role == "assistant"] == [True, True, False, True]


def test_results_say_what_they_did() -> None:
    results = [turn for turn in transcript_of(bought()).turns if turn.message.role == "tool"]
    assert [(turn.error, turn.changed, turn.state) for turn in results] == [
        ("not_found", False, "s0"),
        ("", True, "s1"),
        ("", False, "s1"),
    ]


def test_an_episode_comes_back_without_findings() -> None:
    episode = bought()
    back = episode_of(transcript_of(episode))
    assert back.findings is None
    assert (back.spec.task.id, back.spec.task.template, back.spec.seed) == ("t1", "return", 1)
    assert [type(event) for event in back.events] == [type(event) for event in episode.events]
    for old, new in zip(episode.acted, back.acted, strict=True):
        assert (new.turn, new.call, new.digest, new.changed) == (old.turn, old.call, old.digest, old.changed)
        assert new.observation.error == old.observation.error
    assert [event.completion for event in back.asked] == [event.completion for event in episode.asked]


def test_who_was_broken_says_by_what() -> None:
    broken = EpisodeBuilder().user("Hi").broken("agent", "context_overflow")
    assert transcript_of(broken).about["failure"] == "agent: context_overflow"
    assert transcript_of(bought()).about["failure"] is None


def test_what_a_user_who_is_a_model_cost_is_kept() -> None:
    voice = Completion(message=Message(role="assistant", content="Hi"), finish="stop", model="u", cost_usd=0.5)
    episode = Episode(spec=spec(), events=(Said(speaker="user", text="Hi", voiced=(voice, voice)),), stop="finished")
    assert episode_of(transcript_of(episode)).cost_usd == 1.0


def test_thoughts_that_only_a_provider_can_read_stay_behind() -> None:
    thoughts = {"source": "x", "body": "{}"}
    message = Message.model_validate({"role": "assistant", "content": "Hi", "thoughts": thoughts})
    asked = Asked(turn=1, completion=Completion(message=message, finish="stop", model="m", usage=Usage()))
    (turn,) = transcript_of(Episode(spec=spec(), events=(asked,), stop="finished")).turns
    assert turn.message.thoughts is None


def read(result: str, error: str | None = None, *, own: bool = False) -> Acted:
    call = ToolCall(id="c1", name="find")
    answer = Turn(message=Message(role="tool", content=result, tool_call_id="c1"), error=error)
    turns = (Turn(message=Message(role="assistant", tool_calls=(call,))), answer)
    (acted,) = episode_of(Transcript(id="k", turns=turns, own=own)).acted
    return acted


def test_failures_of_others_are_classed_by_what_they_say() -> None:
    assert read('{"error": {"code": 404}}').observation.error == "not_found"
    assert read("fine").observation.error is None
    assert read("x", "ValidationError").observation.error == "invalid_arguments"


def test_our_own_codes_are_taken_as_they_are() -> None:
    assert read("x", "invalid_address", own=True).observation.error == "invalid_address"
    assert read('{"error": "as text"}', "", own=True).observation.error is None


def test_results_belong_to_the_oldest_call_of_their_id_that_has_none() -> None:
    calls = tuple(ToolCall(id="same", name=name) for name in ("first", "second"))
    results = tuple(Turn(message=Message(role="tool", content=text, tool_call_id="same")) for text in ("1", "2"))
    turns = (Turn(message=Message(role="assistant", tool_calls=calls)), *results)
    acted = episode_of(Transcript(id="k", turns=turns)).acted
    assert [(each.call.name, each.observation.text) for each in acted] == [("first", "1"), ("second", "2")]


def test_a_result_without_its_call_is_one_of_an_unknown_tool() -> None:
    stray = Turn(message=Message(role="tool", content="1", tool_call_id="lost"))
    assert [each.call.name for each in episode_of(Transcript(id="k", turns=(stray,))).acted] == ["unknown"]
