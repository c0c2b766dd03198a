"""Ctrl-C and `wardian pause` in the middle of a campaign: it goes on from there, to the same verdict."""

import signal
import time
from pathlib import Path

import orjson
from support.campaign_project import campaign_project, counting, verdict_of

IN_FLIGHT = 16
RICHER = ("--set", "refine.budget.usd=50")


def test_a_campaign_is_stopped_and_goes_on(tmp_path: Path) -> None:
    with counting(tmp_path, latency_s=0.05) as provider, counting(tmp_path) as other:
        stopped = campaign_project(tmp_path / "stopped", provider)
        stopped.broken_off(provider, 1, "refine", "job.yaml")
        whole = stopped.twin(tmp_path / "whole", other)
        whole.done("resume", "last")
        asked, before = other.count, provider.repeated()
        process = stopped.begun("resume", "last")
        while provider.count < asked * 0.3:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
        assert "wardian resume" in out
        assert f"spent      {len(stopped.manifest())} episodes" in out
        assert stopped.record.expenses.episodes == len(stopped.manifest())
        assert orjson.loads(stopped.done("status", "last", "--json"))["state"] == "stopped"
        process = stopped.begun("resume", "last")
        while provider.count < asked * 0.5:
            time.sleep(0.01)
        stopped.run.ask_to_stop("pause")
        _, err = process.communicate(timeout=60)
        assert process.returncode == 3, err
        assert stopped.record.expenses.episodes == len(stopped.manifest())
        status = orjson.loads(stopped.done("status", "last", "--json"))
        assert (status["state"], status["finished"]) == ("stopped", len(stopped.manifest()))
        assert status["planned"] > status["finished"], "of all parts, and others would have followed"
        stopped.done("resume", "last")
        assert provider.repeated() - before <= IN_FLIGHT, "what the kill has cost at the beginning, and nothing else"
    assert verdict_of(stopped.record) == verdict_of(whole.record)


def test_a_campaign_spends_no_more_than_it_may_and_goes_on_with_more(tmp_path: Path) -> None:
    most = 0.5
    with counting(tmp_path) as provider:
        poor = campaign_project(tmp_path / "poor", provider, budget={"episodes": 1000, "usd": most})
        poor.broken_off(provider, 1, "refine", "job.yaml")
        whole = poor.twin(tmp_path / "whole", provider)
        whole.done("resume", "last", *RICHER)
        poor.done("resume", "last")
        spent = sum(line.result.cost_usd or 0.0 for line in poor.manifest())
        assert 0.0 < spent <= most
        assert poor.record.stop == "budget"
        poor.done("resume", "last", *RICHER)
    ended = poor.record
    assert [gate.verdict for gate in ended.gates] == [gate.verdict for gate in whole.record.gates]
    assert ended.candidates == whole.record.candidates


def test_a_pause_for_want_of_dollars_names_what_to_raise(tmp_path: Path) -> None:
    with counting(tmp_path) as provider:
        poor = campaign_project(tmp_path / "poor", provider, budget={"episodes": 1000, "usd": 0.1})
        said = poor.done("refine", "job.yaml", code=4)
        assert f"wardian resume {poor.run.id} --set refine.budget.usd=MORE" in said, "without it the pause comes again"
        before = len(poor.manifest())
        poor.done("resume", "last", "--set", "refine.budget.usd=0.2", code=4)
        assert len(poor.manifest()) > before
