"""Ctrl-C and `wardian pause` in the middle of a campaign: it goes on from there, to the same verdict."""

import signal
import time
from pathlib import Path

import orjson
from support.campaign_project import campaign_project, counting, verdict_of


def test_a_campaign_is_stopped_and_goes_on(tmp_path: Path) -> None:
    with counting(tmp_path, latency_s=0.05) as provider:
        whole = campaign_project(tmp_path / "whole", provider)
        whole.done("refine", "job.yaml")
        asked = provider.count
    with counting(tmp_path, latency_s=0.05) as provider:
        stopped = campaign_project(tmp_path / "stopped", provider)
        process = stopped.begun("refine", "job.yaml")
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
        assert provider.repeated() == 0
    assert verdict_of(stopped.record) == verdict_of(whole.record)


def test_a_campaign_spends_no_more_than_it_may_and_goes_on_with_more(tmp_path: Path) -> None:
    most = 0.5
    with counting(tmp_path) as provider:
        whole = campaign_project(tmp_path / "whole", provider)
        whole.done("refine", "job.yaml")
        poor = campaign_project(tmp_path / "poor", provider, budget={"episodes": 1000, "usd": most})
        said = poor.done("refine", "job.yaml", code=4)
        assert f"wardian resume {poor.run.id} --set refine.budget.usd=MORE" in said, "without it the pause comes again"
        spent = sum(line.result.cost_usd or 0.0 for line in poor.manifest())
        assert most / 2 < spent <= most
        before = poor.record
        assert before.stop is None, "the campaign has decided by a call that was not paid for"
        poor.done("resume", "last", "--set", "refine.budget.usd=50")
    ended = poor.record
    assert [gate.verdict for gate in ended.gates] == [gate.verdict for gate in whole.record.gates]
    assert ended.candidates == whole.record.candidates
