"""The rows of the Parquet tables. Schema and documentation follow from the annotations here.

Where Inspect AI has a column of the same meaning, it has the same name. A column appears when there is
something to put into it; renaming or removing one raises `SCHEMA_VERSION`.
"""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

__all__ = ["LARGEST", "SCHEMA_VERSION", "EpisodeRow", "Outcome", "ScoreRow", "StepRow"]

SCHEMA_VERSION = "1"
"""Stands in the metadata of every file under `wardian.schema_version`."""

LARGEST = 2**63 - 1
"""The largest number a column of counts holds; providers have reported absurd ones."""

Outcome = Literal["success", "fail", "limit", "refusal", "error"]


class EpisodeRow(TypedDict):
    """One row for every episode, with its newest result."""

    job_id: Annotated[str, "The run, as in `wardian results RUN`."]
    episode_id: Annotated[str, "Content hash that fully determines the episode; the same in every run of the same job."]
    task_key: Annotated[str, "`ENVIRONMENT/TASK`. Compare arms on (task_key, seed)."]
    cluster_key: Annotated[str, "The template that made the task: tasks of one template are alike."]
    environment: Annotated[str, "The environment's name in the job."]
    environment_version: Annotated[str, "Version of its pack."]
    environment_digest: Annotated[str, "Content hash of the pack's files and knobs."]
    persona: Annotated[str, "How the simulated user behaves."]
    arm: Annotated[str, "The agent's name in the job."]
    arm_digest: Annotated[str, "Content hash of all that decides the arm's behaviour: model, prompt text, sampling."]
    model: Annotated[str | None, "The model's name in the job's pool; null for agents without a model."]
    prompt: Annotated[str | None, "Name of the system prompt in the job."]
    seed: Annotated[int, "Seed of the environment; the same for all arms."]
    repeat: Annotated[int, "Counts the repetitions of one task, from 0."]
    outcome: Annotated[Outcome, "`success`, `fail`, `limit`, `refusal`, or `error` when it could not be judged."]
    failure_cause: Annotated[
        str | None,
        "Whose fault a broken episode is: `agent` counts as failed; `infra`, `provider`, `grader`, `budget`, "
        "`user_sim`, `environment` and `cancelled` are missing, not failed.",
    ]
    limit_type: Annotated[str | None, "The key under `limits` that ended the episode, also of one that succeeded."]
    error_type: Annotated[str | None, "Short stable name of the error, such as `rate_limited`."]
    error_message: Annotated[str | None, "One line for people."]
    score: Annotated[float | None, "From 0 to 1; null when it could not be judged."]
    n_turns: Annotated[int, "Model calls that the agent made, which is also the number of its turns."]
    n_tool_calls: Annotated[int, "Tool calls that were executed."]
    n_tool_errors: Annotated[int, "How many of them came back as errors."]
    n_faults: Annotated[int, "How many of them the world struck with a fault, be it that they did what they should."]
    input_tokens: Annotated[int, "Tokens sent, cached ones included."]
    cached_tokens: Annotated[int, "Tokens that the provider took from its cache."]
    output_tokens: Annotated[int, "Tokens generated, reasoning included."]
    reasoning_tokens: Annotated[int, "Tokens of hidden reasoning."]
    tokens_estimated: Annotated[bool, "Whether a provider did not report usage, so that we counted ourselves."]
    cost_usd: Annotated[float | None, "US dollars; null when a price is unknown, which is not the same as free."]
    spent_usd: Annotated[float | None, "US dollars without the answers that came out of the reply cache."]
    n_cached_calls: Annotated[int, "How many answers came out of the reply cache."]
    n_replayed_calls: Annotated[int, "How many answers were given again after the episode had been broken off."]
    attempt: Annotated[int, "From 1; above, earlier attempts did not go on as they were recorded."]
    wall_s: Annotated[float, "Seconds from opening to findings."]
    wait_s: Annotated[float, "Seconds of it in which a model call waited for quota."]
    working_s: Annotated[float, "The other seconds."]
    retries: Annotated[int, "Model calls sent again after a 429, a server error or a broken reply."]
    started_at: Annotated[datetime, "When the episode was opened."]
    ended_at: Annotated[datetime, "When it was examined."]
    simulated: Annotated[bool, "Whether a simulated model took part: such numbers say nothing about a real one."]
    code_version: Annotated[str, "Version of Wardian that played it."]


class StepRow(TypedDict, total=False):
    """One row for every event of an episode: only what was new in it, never the conversation so far."""

    episode_id: Annotated[str, "The episode."]
    step: Annotated[int, "Position in the episode, from 0; `evidence` in `scores` points here."]
    turn: Annotated[int, "The agent's turn, from 1; 0 before its first."]
    kind: Annotated[
        Literal["said", "asked", "acted"],
        "`said`: policy or user; `asked`: a model answered; `acted`: a tool call was executed.",
    ]
    actor: Annotated[Literal["environment", "user", "agent"], "Who did it; the policy comes from the environment."]
    text: Annotated[str | None, "What was said."]
    reasoning: Annotated[str | None, "What the model gave as its reasoning."]
    tool_calls: Annotated[str | None, "JSON list of the calls that the model wrote, arguments as raw text."]
    call_id: Annotated[str | None, "Id of the executed call."]
    call_name: Annotated[str | None, "The tool."]
    args_json: Annotated[str | None, "The arguments as the model wrote them, which may be no JSON at all."]
    result_text: Annotated[str | None, "What the agent read as the result."]
    error_code: Annotated[str | None, "Why the call failed; null when it did not."]
    fault: Annotated[str | None, "What the world did to the call, such as `timeout`; null when nothing."]
    changed_state: Annotated[bool | None, "Whether the state after the call is another one."]
    state_delta: Annotated[str | None, "JSON list of the changes: table, key, column, kind, before, after."]
    state_digest: Annotated[str | None, "Hash of the whole state after the call."]
    model: Annotated[str | None, "The model that answered."]
    deployment: Annotated[str | None, "Which of the model's deployments answered; null when it has only one place."]
    finish_reason: Annotated[str | None, "Why the model stopped."]
    input_tokens: Annotated[int | None, "Tokens sent in this call."]
    cached_tokens: Annotated[int | None, "Of these, from the provider's cache."]
    output_tokens: Annotated[int | None, "Tokens generated."]
    reasoning_tokens: Annotated[int | None, "Of these, hidden reasoning."]
    cost_usd: Annotated[float | None, "US dollars; null when the price is unknown."]
    t_queue_ms: Annotated[float | None, "Milliseconds that the call waited for quota."]
    t_total_ms: Annotated[float | None, "Milliseconds of the model call after that, or of the tool call."]
    retries: Annotated[int | None, "How often the model call was sent again."]
    cache_hit: Annotated[bool | None, "Whether the answer came out of the reply cache."]
    replayed: Annotated[bool | None, "Whether it was given again after the episode had been broken off."]
    hedged: Annotated[bool | None, "Whether a second request was sent since the first was slow; its cost is in no row."]


class ScoreRow(TypedDict):
    """One row for every metric of every episode."""

    episode_id: Annotated[str, "The episode."]
    scorer: Annotated[str, "Who gave it: `wardian`, or a scorer of your own."]
    scorer_version: Annotated[str, "Its version; that of Wardian is the one that wrote the table."]
    metric: Annotated[str, "The metric's name."]
    value: Annotated[float | None, "Null when the metric does not apply to this episode."]
    evidence: Annotated[tuple[int, ...], "Steps that show it."]
    explanation: Annotated[str | None, "Why, in words."]
