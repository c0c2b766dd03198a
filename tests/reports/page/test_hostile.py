"""Records are written by models and by worlds that models can write to: nothing in them may come alive."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from support.browser import open_page, visit
from support.reported import report_of_records

from wardian.base.completion import Completion
from wardian.base.errors import Failure
from wardian.base.messages import Message, ToolCall
from wardian.environments.change import Change
from wardian.environments.findings import CheckResult, Findings
from wardian.environments.observation import Observation
from wardian.episodes.record import Acted, AgentRef, Asked, EnvironmentRef, Episode, EpisodeSpec, Said, TaskRef
from wardian.reports.page.contents import Head
from wardian.scoring.score import Score, Scored

pytestmark = pytest.mark.asyncio(loop_scope="module")

CORPUS = (
    "<script>window.hacked = 1</script>",
    "</script><script>window.hacked = 1</script>",
    "<!--<script>window.hacked = 1",
    "--></style></title></textarea></noscript><img src=x onerror=window.hacked=1>",
    '"><img src=x onerror="window.hacked=1">',
    "'><svg onload=window.hacked=1>",
    "<svg><animate onbegin=window.hacked=1 attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<a href=javascript:window.hacked=1>x</a>",
    "javascript:window.hacked=1",
    '{"<img src=x onerror=window.hacked=1>": "<img src=x onerror=window.hacked=1>"}',
    "<details open ontoggle=window.hacked=1>",
    "<input autofocus onfocus=window.hacked=1>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1>",
    "`${window.hacked=1}`",
    "{{constructor.constructor('window.hacked=1')()}}",
    '");window.hacked=1;("',
    "\u2028window.hacked=1\u2029",
    "]]><![CDATA[<script>window.hacked=1</script>",
    "<base href=//evil.example/><link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:window.hacked=1'>",
    "<form action=javascript:window.hacked=1><button>x</button></form>",
    "\u202e<script>window.hacked=1</script>\u0000\ufeff",
    "$data${data}%s{0}",
    "__proto__",
    "constructor",
)


def hostile(text: str, arm: str, *, seed: int = 1) -> Scored:
    """A record in which every text is `text`; arms must differ."""
    call = ToolCall(id=text, name=text, arguments=text)
    message = Message(role="assistant", content=text, tool_calls=(call,), reasoning=text)
    change = Change(table=text, key=text, column=text, kind="update", before=text, after={text: text})
    seen = Observation(text=text, error=text, fault=text, changes=(change,))
    spec = EpisodeSpec(
        environment=EnvironmentRef(name=text, pack=text, version=text, digest=text),
        task=TaskRef(id=text, template=text, persona=text),
        agent=AgentRef(name=arm, digest=arm, model=text, prompt=text),
        seed=seed,
    )
    events = (
        Said(speaker="policy", text=text),
        Said(speaker="user", text=text, changes=(change,)),
        Asked(turn=1, completion=Completion(message=message, finish="tool_calls", model=text, cost_usd=0.1)),
        Acted(turn=1, call=call, observation=seen, digest=text, changed=True),
    )
    checks = (CheckResult(name=text, passed=False, detail=text),)
    findings = Findings(checks=checks, expected=(change,), actual=(change,), notes={text: text})
    episode = Episode(spec=spec, events=events, stop="finished", findings=findings)
    scores = (
        Score("success", 0.0),
        Score(text, 1.0 * (seed == 1), (3,), text),
        Score("redundant_calls", 1.0, (3,), text),
    )
    return Scored(episode=episode, scores=scores)


def broken(text: str) -> Scored:
    """One that something else broke, and says so."""
    record = hostile(text, f"{text} too", seed=2)
    failure = Failure(cause="provider", kind=text, message=text)
    return Scored(episode=record.episode.model_copy(update={"failure": failure, "stop": "failed"}))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A report on the disk in which everything is hostile: three episodes of each text."""
    page: Path = tmp_path_factory.mktemp("hostile") / "report.html"
    records = [each for text in CORPUS for each in (hostile(text, text), hostile(text, f"{text} too"), broken(text))]
    everything = "\n".join(CORPUS)
    head = Head(run=everything, job=everything, version=everything, remark=everything)
    asyncio.run(report_of_records(records, head).write(page))
    return page.as_uri()


DEAD = {"hacked": None, "elements": 0, "links": 0, "handlers": 0, "scripts": 3}


async def alive(page: Page) -> dict[str, Any]:
    """What must not be there."""
    found: dict[str, Any] = await page.evaluate(
        """() => ({
            hacked: window.hacked ?? null,
            elements: document.querySelectorAll("main :is(script, img, iframe, object, form, base, style)").length,
            links: [...document.querySelectorAll("a")].filter((a) => !a.getAttribute("href").startsWith("#")).length,
            handlers: [...document.querySelectorAll("*")].flatMap((e) => e.getAttributeNames())
                .filter((name) => name.startsWith("on")).length,
            scripts: document.scripts.length,
        })"""
    )
    return found


async def unfolded(page: Page) -> None:
    """Everything that can be opened is."""
    for summary in await page.locator("main summary").all():
        await summary.click()


async def test_text_stays_text_in_the_overview(browser: Browser, url: str) -> None:
    async with open_page(browser, url) as watched:
        await unfolded(watched.page)
        assert await alive(watched.page) == DEAD
        names = await watched.page.locator("#leaderboard .ranking").first.locator(".name").all_text_contents()
        assert set(CORPUS) <= set(names)
        for text in CORPUS:
            await watched.page.get_by_label("Find").fill(text)
            assert await alive(watched.page) == DEAD, text
        assert watched.complaints == []


async def test_text_stays_text_in_every_episode(browser: Browser, url: str) -> None:
    async with open_page(browser, url) as watched:
        page = watched.page
        index = await page.evaluate("JSON.parse(document.getElementById('contents').textContent).index")
        task = index["texts"]["task"]
        for text in CORPUS:
            keys = [key for key, code in zip(index["keys"], task["codes"], strict=True) if task["names"][code] == text]
            assert len(keys) == 3
            for address in (*(f"#/episode/{key}" for key in keys[1:]), f"#/compare/{keys[0]}/{keys[1]}"):
                await visit(page, url, address)
                await unfolded(page)
                assert await alive(page) == DEAD, text
                assert await page.locator(".step .words").first.text_content() == text
        assert watched.complaints == []


async def test_the_browser_itself_refuses_to_make_markup_or_scripts_of_text(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        page = watched.page
        attempts = {
            "markup": "document.body.innerHTML = '<b>x</b>'",
            "code": "new Function('window.hacked = 1')()",
            "address": "document.createElement('script').src = 'https://evil.example/x.js'",
            "policy": "trustedTypes.createPolicy('another', {createHTML: (text) => text})",
        }
        for name, attempt in attempts.items():
            tried = f"try {{ {attempt}; resolve(false); }} catch {{ resolve(true); }}"
            later = f"() => new Promise((resolve) => setTimeout(() => {{ {tried} }}))"  # the debugger itself may do all
            assert await page.evaluate(later), name
        loaded = """() => new Promise((resolve) => {
            document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
            const image = new Image();
            image.src = "https://evil.example/x.png";
        })"""
        assert await page.evaluate(loaded) == "img-src"
