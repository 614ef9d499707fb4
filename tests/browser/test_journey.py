"""The main job, from a raw video to a published, measured post, by somebody who is here for the first time."""

import datetime as dt
import difflib
import hashlib
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Stage
from tests.browser.newcomer import LONG, ZONE, Newcomer
from tests.browser.pages import ROOT, look, screenshot

pytestmark = [pytest.mark.browser, pytest.mark.peer]

VIDEO = ROOT / "content" / "examples" / "monsoon-skin.mp4"
WORDS = VIDEO.with_suffix(".txt")
PLATFORMS = {"tiktok": 2200, "youtube": 5000, "instagram": 2200, "x": 280, "bluesky": 300, "mastodon": 500}
TO_BLUESKY = "Your skin barrier loses water in the monsoon, too. 🌧️ Sunscreen under grey skies. त्वचा"
TO_MASTODON = "Forty people, two weeks: 31 had less dry skin.\n\nWash twice, never scrub. ☔"


def test_a_newcomer_drops_a_video_and_sees_it_published_and_measured(
    stage: Stage, newcomer: Callable[[str], Newcomer]
) -> None:
    asha = newcomer("Asha Menon")
    sees_three_first_steps(asha)
    says_what_the_brand_is_about(asha, stage)
    studio = drops_the_video(asha)
    watches_it_being_read(asha)
    finds_most_words_heard(asha)
    finds_moments_and_what_rises(asha)
    finds_a_piece_for_six_platforms(asha, studio)
    connects_three_accounts(asha, stage)
    posts = sends_and_plans(asha, studio)
    sees_them_live(asha, posts)
    finds_on_bluesky_what_she_wrote(asha, stage, posts["bluesky"])
    finds_on_mastodon_what_she_wrote(asha, stage, posts["mastodon"])
    finds_on_the_practice_network_what_was_written(asha, posts["practice"])
    wrong = looks_at_every_page(asha, studio)
    sees_the_numbers(asha, posts)
    wrong += looks_at_what_was_measured(asha, studio, posts)
    assert [*wrong, *asha.complaints_about(stage.product.url)] == []
    assert stage.product.errors() == []


def sees_three_first_steps(asha: Newcomer) -> None:
    steps = asha.page.get_by_role("region", name="First steps").get_by_role("listitem")
    expect(steps).to_have_count(3)
    expect(steps.locator(".done")).to_have_count(0)
    assert wrong(asha, "today-first-steps", "/today/") == []


def says_what_the_brand_is_about(asha: Newcomer, stage: Stage) -> None:
    page = asha.go("/brand/")
    page.get_by_label("Words it is about").fill("skincare, monsoon, skin barrier, ceramides")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Words it is about")).to_have_value(re.compile("skin barrier"))
    page = asha.go("/trends/?view=all")
    rises = page.locator("tr").filter(has=page.get_by_role("link", name="skin barrier", exact=True))
    for _try in range(60):  # until all three sources have told of it
        if rises.locator(".pfs .pf").count() >= 3:
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(page.get_by_role("link", name="ind vs example xi", exact=True)).to_be_visible()
    stage.product.operator("from trends import tasks\ntasks.score_topics.delay()")


def drops_the_video(asha: Newcomer) -> str:
    asha.go("/library/")
    asha.slow_down(900_000)
    asha.follow_progress()
    row = asha.drop(VIDEO)
    asha.until(row.get_by_role("link", name="Open"))
    seen = asha.seen_progress()
    assert seen == sorted(seen)
    assert len([percent for percent in seen if 0 < percent < 100]) > 3, seen
    asha.page.wait_for_timeout(300)
    screenshot(asha.page, "journey-uploaded")
    row.get_by_role("link", name="Open").click()
    asha.page.wait_for_url("**/studio/**")
    return asha.path()


def watches_it_being_read(asha: Newcomer) -> None:
    """The page fills by itself: nobody reloads it."""
    rail = asha.page.locator("#rail")
    expect(rail.locator("[aria-current='step']")).to_be_visible(timeout=LONG)
    screenshot(asha.page, "journey-reading")
    expect(asha.page.locator("#pieces nav.tabs a")).to_have_count(len(PLATFORMS), timeout=LONG)
    expect(rail.locator("li.done")).to_have_count(6)


def finds_most_words_heard(asha: Newcomer) -> None:
    heard = [word.lower() for word in asha.page.locator("[data-script] [data-t]").all_inner_texts()]
    said = re.findall(r"[a-z]+", WORDS.read_text(encoding="utf-8").lower())
    same = sum(block.size for block in difflib.SequenceMatcher(None, said, heard, autojunk=False).get_matching_blocks())
    assert same / len(said) >= 0.7, " ".join(heard)


def finds_moments_and_what_rises(asha: Newcomer) -> None:
    page = asha.page
    assert page.locator(".moments li [data-seek]").count() >= 2
    fits = page.locator(".matches li:not(.out)")
    met = fits.filter(has=page.get_by_role("link", name="skin barrier", exact=True))
    expect(met.locator("q", has_text="skin barrier").first).to_be_visible()
    expect(met.locator("[data-seek]").first).to_have_text(re.compile(r"0:\d\d"))
    expect(met).to_contain_text("3 sources")
    assert fits.filter(has_text="ind vs example xi").count() == 0


def finds_a_piece_for_six_platforms(asha: Newcomer, studio: str) -> None:
    for platform, most in PLATFORMS.items():
        asha.open_piece(studio, platform)
        used, limit = asha.counter()
        assert limit == most
        assert 0 < used <= limit
    text = asha.page.locator("#compose textarea[name='text']")
    before, _limit = asha.counter()
    text.press("Control+End")
    text.press_sequentially(" ab")
    assert asha.counter()[0] == before + 3
    expect(asha.page.locator("[data-unsaved]")).to_be_visible()
    asha.page.reload()


def connects_three_accounts(asha: Newcomer, stage: Stage) -> None:
    asha.connect("bluesky", handle=stage.pds.handle, app_password=stage.pds.app_password, server=stage.pds.url)
    expect(asha.page.get_by_role("row", name=re.compile(stage.pds.handle))).to_contain_text("Connected")
    asha.connect_mastodon(stage.mastodon.url, stage.mastodon.username)
    expect(asha.page.get_by_role("row", name=re.compile("kesar@127"))).to_contain_text("Connected")
    asha.connect("practice", name="Kesar Naturals")
    expect(asha.page.get_by_role("row", name=re.compile("@kesar-naturals"))).to_contain_text("Connected")


def sends_and_plans(asha: Newcomer, studio: str) -> dict[str, str]:
    """Bluesky and practice at once, Mastodon at a time on her own clock, in the next two minutes."""
    asha.open_piece(studio, "mastodon")
    asha.rewrite(TO_MASTODON)
    planned = dt.datetime.now(ZoneInfo(ZONE)) + dt.timedelta(seconds=90)
    posts = {"mastodon": asha.plan_for("Mastodon", planned)}
    expect(asha.page.locator("main")).to_contain_text("It is planned.")
    expect(asha.page.locator("main")).to_contain_text(f"{planned:%H:%M} IST")
    asha.open_piece(studio, "bluesky")
    asha.rewrite(TO_BLUESKY)
    posts["bluesky"] = asha.send_now("Bluesky")
    asha.open_piece(studio, "tiktok")
    expect(asha.plan).to_contain_text("No TikTok account is connected.")
    posts["practice"] = asha.send_now("Practice network")
    return posts


def sees_them_live(asha: Newcomer, posts: dict[str, str]) -> None:
    """The post's own page says so, without a reload."""
    for platform in ("bluesky", "practice", "mastodon"):
        asha.go(posts[platform])
        asha.until(asha.page.get_by_text(re.compile("^It is live on")), seconds=150)
        expect(asha.page.locator("#post-state")).to_contain_text("Live")


def sent_text(asha: Newcomer, post: str) -> str:
    """The text as the post's page shows it."""
    asha.go(post)
    return asha.page.locator("dd.pre").text_content() or ""


def finds_on_bluesky_what_she_wrote(asha: Newcomer, stage: Stage, post: str) -> None:
    sent = sent_text(asha, post)
    (record,) = [one for one in stage.pds.posts() if one["value"]["text"] == sent]
    assert record["value"]["text"].encode() == sent.encode()
    assert sent.startswith(f"{TO_BLUESKY}\n")
    video = stage.pds.read_blob(record["value"]["embed"]["video"]["ref"]["$link"])
    assert hashlib.sha256(video).digest() == hashlib.sha256(VIDEO.read_bytes()).digest()
    stage.pds.appview.count(record["uri"], likeCount=4, repostCount=2, replyCount=1)


def finds_on_mastodon_what_she_wrote(asha: Newcomer, stage: Stage, post: str) -> None:
    sent = sent_text(asha, post)
    (status,) = [one for one in stage.mastodon.posts() if stage.mastodon.read_post(one["id"])["source"] == sent]
    assert stage.mastodon.read_post(status["id"])["source"].encode() == sent.encode()
    assert sent.startswith(f"{TO_MASTODON}\n")
    video = stage.mastodon.read_media(status["media_attachments"][0]["url"])
    assert hashlib.sha256(video).digest() == hashlib.sha256(VIDEO.read_bytes()).digest()
    stage.mastodon.favourite(status["id"])


def finds_on_the_practice_network_what_was_written(asha: Newcomer, post: str) -> None:
    sent = sent_text(asha, post)
    shown = asha.go("/practice/").locator("article")
    expect(shown).to_have_count(1)
    assert shown.locator("p.pre").text_content() == sent
    expect(shown).to_contain_text("made-up numbers")


def looks_at_every_page(asha: Newcomer, studio: str) -> list[str]:
    asha.go("/trends/?view=all")
    topic = asha.page.get_by_role("link", name="skin barrier", exact=True).get_attribute("href") or ""
    pages = {
        "studio-bluesky": f"{studio}?piece=bluesky",
        "library": "/library/",
        "library-list": "/library/?layout=list",
        "trends": "/trends/",
        "topic": topic,
        "posts": "/posts/?view=all",
        "connections": "/connections/",
        "practice": "/practice/",
        "brand": "/brand/",
        "notifications": "/notifications/",
        "audit": "/organisation/audit/",
    }
    return [fault for name, path in pages.items() for fault in wrong(asha, name, path)]


def sees_the_numbers(asha: Newcomer, posts: dict[str, str]) -> None:
    """They come in by themselves, on the post's page, within the first minutes."""
    given = {
        "bluesky": {"Engagement": "7", "Views": "not given", "Likes": "4", "Comments": "1", "Shares": "2"},
        "mastodon": {"Likes": "1", "Views": "not given"},
    }
    for platform, numbers in given.items():
        page = asha.go(posts[platform])
        expect(page.locator("dl.stats")).to_be_visible(timeout=LONG)
        for name, number in numbers.items():
            value = page.locator("dl.stats > div", has=page.locator("dt", has_text=name)).locator("dd").first
            expect(value).to_have_text(number)
    page = asha.go(posts["practice"])
    expect(page.locator("dl.stats")).to_be_visible(timeout=LONG)
    expect(page.locator("main")).to_contain_text("made-up numbers")
    assert asha.go("/today/").get_by_role("region", name=re.compile("own median")).locator("a").count() >= 3


def looks_at_what_was_measured(asha: Newcomer, studio: str, posts: dict[str, str]) -> list[str]:
    pages = {"post": posts["bluesky"], "post-practice": posts["practice"], "today": "/today/", "studio": studio}
    return [fault for name, path in pages.items() for fault in wrong(asha, name, path)]


def wrong(asha: Newcomer, name: str, path: str) -> list[str]:
    """Everything wrong with a page as she sees it; its pictures are kept."""
    return look(asha.browser, asha.state(), asha.url + path, f"journey-{name}", settled=True, zone=ZONE)
