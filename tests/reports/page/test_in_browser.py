"""The page in a real browser, opened from the disk."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from support.browser import open_page, visit
from support.episodes import EpisodeBuilder, spec
from support.reported import report_of, report_of_records, scored, slipped, small_run, solved

from wardian.base.errors import Failure
from wardian.environments.findings import CheckResult
from wardian.episodes.record import Episode

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def key_of(page: Page, arm: str, task: str) -> str:
    """The key of an episode, as the list has it."""
    row = page.locator(".rows .row[id]").filter(has_text=arm).filter(has_text=task).first
    link = await row.get_by_role("link").get_attribute("href")
    assert link is not None
    return link.rsplit("/", 1)[1]


def again(episode: Episode, repeat: int) -> Episode:
    """The episode as one more try, with more checks than fit into a window."""
    assert episode.findings is not None
    checks = tuple(CheckResult(name=f"rule_{number}", passed=number > 5) for number in range(40))
    changed = {
        "spec": episode.spec.model_copy(update={"repeat": repeat}),
        "findings": episode.findings.model_copy(update={"checks": checks}),
    }
    return episode.model_copy(update=changed)


async def test_it_is_drawn_without_a_complaint_and_asks_for_nothing(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        await expect(watched.page.locator(".headline")).to_contain_text("careful succeeds in 100.0 % of tasks")
        assert watched.complaints == []
        assert [url for url in watched.asked if not url.startswith("data:")] == [small_page]


async def test_the_leaderboard_has_every_arm_with_its_interval(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        rows = watched.page.locator("#leaderboard .ranking").first.locator("tbody tr")
        await expect(rows).to_have_count(2)
        await expect(rows.nth(0)).to_contain_text("careful")
        await expect(rows.nth(0)).to_contain_text("[83.9, 100.0]")
        await expect(rows.nth(1).locator(".warn")).to_have_text("1")
        assert await rows.nth(0).locator("svg.forest .whisker").count() == 1
        label = await watched.page.locator("svg.scatter").get_attribute("aria-label")
        assert label is not None
        assert "careful: 100.0 % for $0.0300" in label


async def test_metrics_that_are_the_same_everywhere_take_one_line(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        names = await watched.page.locator("#metrics .card h3").all_text_contents()
        assert any(name.startswith("ungrounded_args") for name in names)
        await expect(watched.page.locator("#metrics .none")).to_contain_text("unknown_tool (0)")


async def test_flips_are_counted_and_lead_to_both_episodes(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        page = watched.page
        assert await page.locator(".tile b").all_text_contents() == ["10", "10", "0", "0"]
        await expect(page.locator(".flips tbody tr")).to_have_count(10)
        await page.locator(".flips a").first.click()
        await expect(page.locator(".parting")).to_have_text("They part at step 4")
        await page.get_by_text("2 steps before are the same").click()
        await expect(page.locator("#left-0")).to_be_visible()
        await expect(page.locator("#right-5 .badge.bad")).to_have_text("not_found")


async def test_failures_are_grouped_and_missing_ones_stand_apart(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        page = watched.page
        symptoms = page.locator("#failures table").first
        await expect(symptoms.locator("tbody tr").filter(has_text="hallucinated_id(order_id)")).to_contain_text(
            "get_order"
        )
        await page.locator("#failures summary").click()
        groups = page.locator("#failures table.groups")
        await expect(groups.nth(0).locator("tbody tr").nth(0)).to_contain_text("state")
        await expect(groups.nth(0)).to_contain_text("turn_limit: state")
        await expect(groups.nth(1)).to_contain_text("provider")
        await expect(groups.nth(1)).to_contain_text("it broke")


async def test_who_has_no_score_is_told_what_gives_one(browser: Browser, tmp_path: Path) -> None:
    lost = EpisodeBuilder(spec("careful", "task-lost")).user("Hello").broken("provider")
    failure = Failure(cause="grader", kind="ScorerFault", message="scorer mine: it broke")
    ungraded = scored(solved("careful", "task-1")).model_copy(update={"scores": (), "failure": failure})
    page = tmp_path / "report.html"
    await report_of_records([scored(lost), ungraded]).write(page)
    async with open_page(browser, page.as_uri()) as watched:
        section = watched.page.locator("#failures")
        await expect(section.locator(".none")).to_have_text("No episode has a score.")
        await expect(section.locator("p.about").nth(0)).to_contain_text("resume plays them again")
        await expect(section.locator("p.about").nth(1)).to_contain_text("rescore has scored them")
        await expect(section.locator("table").nth(0)).to_contain_text("provider")
        await expect(section.locator("table").nth(1)).to_contain_text("scorer mine: it broke")


async def test_an_episode_shows_what_happened_and_what_to_look_at(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        page = watched.page
        await page.locator(".rows .row[id]").filter(has_text="hasty").filter(has_text="state").first.click()
        await expect(page.locator("h1")).to_have_text("task-1")
        made_up = page.locator("#step-5")
        told = await made_up.locator(".badge").all_text_contents()
        assert {"not_found", "made up", "hallucinated_id(order_id)"} <= set(told)
        await expect(made_up.locator("pre").first).to_have_text('{"order_id": "W777"}')
        await expect(page.locator("#step-9 .badge.fault")).to_have_text("fault: timeout")
        await expect(page.locator("#step-11 ins")).to_have_text('"1 Now Road"')
        await expect(page.locator("#step-3 .facts")).to_contain_text("world: 2026-03-02T09:15")
        await expect(page.locator(".checks .no")).to_have_text("✗ failed")
        await expect(page.locator("aside")).to_contain_text("Not asked for: 1 change")
        await page.locator(".evidence").get_by_role("link", name="5", exact=True).first.click()
        await expect(page.locator("#step-5")).to_be_focused()
        assert watched.complaints == []


async def test_the_list_is_filtered_and_sorted(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        page = watched.page
        await expect(page.locator(".found")).to_have_text("42 episodes")
        await page.get_by_label("Outcome").select_option("fail")
        await expect(page.locator(".found")).to_have_text("11 of 42 episodes")
        await page.get_by_label("Find").fill("TURN_LIMIT")
        await expect(page.locator(".found")).to_have_text("1 of 42 episodes")
        await page.get_by_label("Find").fill("")
        await page.get_by_label("Outcome").select_option("")
        await page.get_by_role("button", name="Turns").click()
        await expect(page.get_by_role("columnheader", name="Turns")).to_have_attribute("aria-sort", "descending")
        await expect(page.locator("#row-0")).to_contain_text("hasty")


async def test_a_list_without_any_row_says_so(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        page = watched.page
        nothing = page.get_by_text("No episode is like that")
        await expect(nothing).to_be_hidden()
        await page.get_by_label("Find").fill("zzz")
        await expect(nothing).to_be_visible()
        await page.get_by_label("Find").fill("task-1")
        await expect(nothing).to_be_hidden()


async def test_tries_of_a_task_are_told_apart(browser: Browser, small_page: str, tmp_path: Path) -> None:
    page_file = tmp_path / "tries.html"
    await report_of([again(solved("careful", "task-0"), repeat) for repeat in (0, 1)]).write(page_file)
    async with open_page(browser, page_file.as_uri()) as watched:
        await watched.page.get_by_role("button", name="Repeat").click()
        rows = watched.page.locator(".rows .row[id]")
        assert [await rows.nth(place).get_by_role("gridcell").nth(4).inner_text() for place in (0, 1)] == ["0", "1"]
    async with open_page(browser, small_page) as watched:
        await expect(watched.page.get_by_role("button", name="Turns")).to_be_visible()
        await expect(watched.page.get_by_role("button", name="Repeat")).to_have_count(0)


async def test_a_narrow_window_shows_success(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page, width=420) as watched:
        board = watched.page.locator("#leaderboard .wide").first
        edge = await board.evaluate("(board) => board.getBoundingClientRect().right")
        told = board.locator("tbody tr").first.get_by_text("[83.9, 100.0]")
        assert await told.evaluate("(text) => text.getBoundingClientRect().right") <= edge


async def test_it_can_be_used_with_the_keyboard_alone(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        page = watched.page
        await page.locator(".rows").focus()
        for key in ("End", "ArrowUp", "PageUp", "Home", "ArrowDown"):
            await page.keyboard.press(key)
        await expect(page.locator(".row.active")).to_have_attribute("aria-rowindex", "3")
        await page.keyboard.press("Enter")
        await expect(page.locator(".episode h1")).to_have_text("task-0")
        await page.locator("#step-0").focus()
        await page.keyboard.press("j")
        await expect(page.locator("#step-1")).to_be_focused()
        await page.go_back()
        await expect(page.locator("#leaderboard")).to_be_visible()


async def test_keys_go_along_the_steps_wherever_one_came_from(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        page = watched.page
        await page.locator(".rows .row[id]").filter(has_text="hasty").filter(has_text="state").first.click()
        await page.locator(".episode").wait_for()
        for key, step in (("j", 0), ("j", 1), ("k", 0), ("n", 5)):
            await page.keyboard.press(key)
            await expect(page.locator(f"#step-{step}")).to_be_focused()
        await page.go_back()
        await page.locator("#leaderboard").wait_for()
        await page.get_by_label("Find").press("j")
        await expect(page.get_by_label("Find")).to_have_value("j")


async def test_keys_go_along_the_side_that_has_the_focus(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        page = watched.page
        await page.locator(".flips a").first.click()
        await page.locator("#right-5").focus()
        await page.keyboard.press("j")
        await expect(page.locator("#right-6")).to_be_focused()
        await page.locator("#left-2").focus()
        await page.keyboard.press("k")
        await expect(page.locator("#left-1")).to_be_focused()
        await expect(page.locator("#left-1")).to_be_visible()


async def test_two_side_by_side_open_where_they_part(browser: Browser, tmp_path: Path) -> None:
    page_file = tmp_path / "tries.html"
    tries = [again(play("careful", "task-0"), repeat) for repeat, play in enumerate((solved, slipped))]
    await report_of(tries).write(page_file)
    async with open_page(browser, page_file.as_uri()) as watched:
        page = watched.page
        keys = [await row.get_attribute("href") for row in await page.locator(".rows .row[id] a").all()]
        left, right = (str(key).rsplit("/", 1)[1] for key in keys)
        await visit(page, page_file.as_uri(), f"#/compare/{left}/{right}")
        await expect(page.locator(".parting")).to_be_in_viewport()
        await expect(page.locator("#left-4")).to_be_focused()
        await expect(page.locator("#left-4")).to_be_in_viewport()
        await expect(page.locator(".heads")).to_contain_text("Made as asked: 1 change")
        who = page.locator(".who .verdict")
        await expect(who.nth(0)).to_be_in_viewport()
        await expect(who.nth(0)).to_contain_text("seed 1, repeat 0")
        await expect(who.nth(1)).to_contain_text("seed 1, repeat 1")
        await page.keyboard.press("j")
        await expect(page.locator("#left-5")).to_be_focused()


async def test_who_goes_back_finds_everything_where_it_was(browser: Browser, tmp_path: Path) -> None:
    page_file = tmp_path / "long.html"
    await report_of(small_run(100)).write(page_file)
    async with open_page(browser, page_file.as_uri()) as watched:
        page = watched.page
        await page.get_by_label("Outcome").select_option("success")
        await page.locator(".view").evaluate("(list) => list.scrollTo(0, 1500)")
        await page.locator("#row-50").click()
        await page.locator(".episode").wait_for()
        await page.get_by_role("link", name="Skip to the content").press("Enter")
        await expect(page.locator("#main")).to_be_focused()
        await expect(page.locator(".episode")).to_be_visible()
        place = await page.evaluate("scrollY")
        assert place == 0
        await page.go_back()
        await expect(page.locator("#row-50")).to_be_in_viewport()
        assert await page.locator(".view").evaluate("(list) => list.scrollTop") == 1500
        await expect(page.locator(".found")).to_have_text("150 of 202 episodes")


async def test_only_the_rows_that_one_sees_exist(browser: Browser, tmp_path: Path) -> None:
    page_file = tmp_path / "long.html"
    await report_of(small_run(300)).write(page_file)
    async with open_page(browser, page_file.as_uri()) as watched:
        page = watched.page
        assert await page.locator(".row[id]").count() < 60
        await page.locator(".rows").focus()
        await page.keyboard.press("End")
        await expect(page.locator(".row.active")).to_have_attribute("aria-rowindex", "603")


async def test_a_file_that_is_not_there_is_named(browser: Browser, tmp_path: Path) -> None:
    page_file = tmp_path / "alone.html"
    folder = await report_of(small_run()).write(page_file)
    (folder / "0.js").unlink()
    async with open_page(browser, page_file.as_uri()) as watched:
        await watched.page.locator("#row-0").click()
        await expect(watched.page.get_by_role("alert")).to_contain_text("alone-data/0.js cannot be loaded")
        await watched.page.goto(f"{page_file.as_uri()}#/episode/nobody")
        await expect(watched.page.get_by_role("alert")).to_contain_text("There is no episode nobody")


@pytest.mark.parametrize("text", ["", "not a script (", 'wardianShelf(7,"")'])
async def test_a_file_that_hands_nothing_over_is_of_another_report(browser: Browser, tmp_path: Path, text: str) -> None:
    page_file = tmp_path / "report.html"
    folder = await report_of(small_run()).write(page_file)
    (folder / "0.js").write_text(text)
    async with open_page(browser, page_file.as_uri()) as watched:
        await watched.page.locator("#row-0").click()
        await expect(watched.page.get_by_role("alert")).to_contain_text("report-data/0.js is of another report")


async def test_colours_follow_the_system_until_one_chooses(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page, dark=True) as watched:
        page = watched.page
        paper = "getComputedStyle(document.body).backgroundColor"
        assert await page.evaluate(paper) == "rgb(18, 22, 19)"
        await page.get_by_role("button", name="Colours: system").click()
        assert await page.evaluate(paper) == "rgb(251, 251, 248)"
        await page.get_by_role("button", name="Colours: light").click()
        assert await page.evaluate(paper) == "rgb(18, 22, 19)"


@pytest.mark.parametrize("width", [420, 1024, 1440])
async def test_nothing_is_wider_than_the_window(browser: Browser, small_page: str, width: int) -> None:
    async with open_page(browser, small_page, width=width) as watched:
        page = watched.page
        key = await key_of(page, "hasty", "task-1")
        for address in ("#top", f"#/episode/{key}", f"#/compare/{key}/{key}"):
            await visit(page, small_page, address)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, address


async def test_it_prints_all_but_what_is_there_to_be_clicked(browser: Browser, small_page: str) -> None:
    async with open_page(browser, small_page) as watched:
        await watched.page.emulate_media(media="print")
        await expect(watched.page.locator("#leaderboard")).to_be_visible()
        await expect(watched.page.locator("#top")).to_be_hidden()
        assert len(await watched.page.pdf()) > 10_000
