"""Bad input, platform by platform: what is one too many is refused in words, what just fits is not."""

from dataclasses import replace
from typing import Any

import pytest

from tests.core.test_platforms import Facts
from trenddrop.core import platforms
from trenddrop.core.platforms import RULES, PlatformKey, TextUnit, rules
from trenddrop.core.platforms.option_checks import account_problems, row_of_account
from trenddrop.core.platforms.options import OPTIONS, BadOption, Shape, chosen, kept, read, told

FAMILY = "👩‍👩‍👧‍👦"  # one sign to people; four signs and three joiners to a computer
HEART = "❤️"
LONG_LINK = "https://kesarnaturals.in/" + "a" * 200
WITH_TITLE = sorted(key for key, row in RULES.items() if row.title_limit is not None)
TIMED = sorted(key for key, row in RULES.items() if row.media.max_duration is not None)


def sizes(key: str) -> dict[TextUnit, tuple[str, int]]:
    """For each way of counting: a sign, and how much of the limit one of it takes."""
    return {
        TextUnit.GRAPHEMES: (FAMILY, 1),
        TextUnit.UTF16: (FAMILY, 11),
        TextUnit.WEIGHTED: (FAMILY, 2),
        TextUnit.BYTES: (FAMILY, 25),
        TextUnit.CHARS: (FAMILY, 7),
        TextUnit.MASTODON: (FAMILY, 1),
        TextUnit.THREADS: (FAMILY, 25),
        TextUnit.LINKEDIN: (FAMILY, platforms.measure("linkedin", FAMILY)),
    }


def refused(key: str, **post: Any) -> list[str]:
    facts: dict[str, Any] = {"media": Facts(duration=10.0), "title": "Skin"} | post
    return [problem.code for problem in platforms.check(key, **facts)]


@pytest.mark.parametrize("key", sorted(RULES))
def test_one_sign_over_the_limit_is_refused_and_the_last_one_that_fits_is_not(key: str) -> None:
    row = rules(key)
    most = row.text_limit
    if row.byte_limit is not None:  # Bluesky's second limit is not what is asked here
        sign, takes = HEART, 1
    else:
        sign, takes = sizes(key)[row.text_unit]
    fitting = sign * (most // takes) + "a" * (most % takes)
    assert platforms.measure(key, fitting) == most
    assert "text_too_long" not in refused(key, text=fitting)
    assert "text_too_long" in refused(key, text=fitting + sign)


@pytest.mark.parametrize("key", sorted(RULES))
def test_text_from_right_to_left_counts_as_any_other(key: str) -> None:
    word = "שלום "
    text = (word * 6_000).strip()
    kept_of_it = platforms.shorten(key, text).removesuffix("…").rstrip()
    assert text.startswith(kept_of_it)
    assert platforms.measure(key, kept_of_it) > 0.9 * min(rules(key).text_limit, platforms.measure(key, text))


@pytest.mark.parametrize("key", ["x", "mastodon"])
def test_a_link_counts_as_23_however_long_it_is(key: str) -> None:
    room = rules(key).text_limit - 24
    assert refused(key, text=f"{'a' * room} {LONG_LINK}") == []
    assert refused(key, text=f"{'a' * (room + 1)} {LONG_LINK}") == ["text_too_long"]


@pytest.mark.parametrize("key", ["bluesky", "threads", "tiktok"])
def test_elsewhere_a_link_counts_letter_by_letter(key: str) -> None:
    assert platforms.measure(key, LONG_LINK) == len(LONG_LINK)


def test_the_thirty_first_hashtag_is_refused_wherever_it_stands() -> None:
    tags = [f"tag{number}x" for number in range(31)]
    assert refused("instagram", text="Rain.", hashtags=tags[:30]) == []
    assert refused("instagram", text="Rain.", hashtags=tags) == ["too_many_hashtags"]
    assert refused("instagram", text="Rain. #tag30x", hashtags=tags[:30]) == ["too_many_hashtags"]
    assert refused("threads", text="#one", hashtags=["two"]) == ["too_many_hashtags"]


@pytest.mark.parametrize("key", TIMED)
def test_a_video_one_second_too_long_is_refused_and_one_of_the_limit_is_not(key: str) -> None:
    most = rules(key).media.max_duration
    assert most is not None
    assert refused(key, text="Rain.", media=Facts(duration=most)) == []
    assert refused(key, text="Rain.", media=Facts(duration=most + 1)) == ["media_too_long"]


@pytest.mark.parametrize("key", WITH_TITLE)
def test_a_title_one_sign_too_long_is_refused(key: str) -> None:
    most = rules(key).title_limit
    assert most is not None
    assert "title_too_long" not in refused(key, title="a" * most)
    assert "title_too_long" in refused(key, title="a" * (most + 1))


@pytest.mark.parametrize("key", sorted(OPTIONS))
def test_every_option_takes_what_it_offers_and_nothing_else(key: str) -> None:
    for option in OPTIONS[PlatformKey(key)]:
        offered: list[str | bool] = [value for value, _label in option.choices] or [True, False]
        if option.shape in {Shape.CHOICE, Shape.SWITCH}:
            assert [read(key, {option.name: value})[option.name] for value in offered] == offered
        wrong = {Shape.CHOICE: "nobody", Shape.SWITCH: "yes", Shape.TEXT: 7, Shape.LINK: "http://kesar.in"}
        with pytest.raises(BadOption) as refusal:
            read(key, {option.name: wrong[option.shape]})
        assert refusal.value.name == option.name
        if option.shape is Shape.TEXT and not option.counted:
            with pytest.raises(BadOption):
                read(key, {option.name: "a" * (option.limit + 1)})


def test_an_option_of_another_platform_is_refused_and_an_old_one_is_forgotten() -> None:
    with pytest.raises(BadOption, match="There is no option called “duet” there"):
        read("x", {"duet": True})
    stored = {"replies": "everyone", "duet": True, "first_comment": 7}
    assert kept("x", stored) == {"replies": "everyone", "paid_partnership": False, "first_comment": ""}
    assert chosen("x", {"replies": "following", "first_comment": ""}) == {"replies": "following"}
    assert told("x", {"replies": "following"}) == ["Who may reply: Accounts you follow"]


LINK = "https://kesar.in"


@pytest.mark.parametrize(
    ("key", "given", "media", "code"),
    [
        ("tiktok", {"privacy": "private", "brand_content": True}, Facts(), "paid_and_private"),
        ("youtube", {"made_for_kids": True, "first_comment": "Hi"}, Facts(), "comment_for_children"),
        ("youtube", {"playlist": "my favourites"}, Facts(), "bad_playlist"),
        ("instagram", {"post_as": "story"}, Facts(duration=61.0), "story_too_long"),
        ("instagram", {"post_as": "story", "first_comment": "Hi"}, Facts(duration=9.0), "comment_on_story"),
        ("instagram", {"post_as": "story", "collaborators": "asha"}, Facts(duration=9.0), "collaborators_on_story"),
        ("instagram", {"collaborators": "one two three four"}, Facts(), "bad_collaborators"),
        ("instagram", {"collaborators": "as/ha"}, Facts(), "bad_collaborators"),
        ("facebook", {"post_as": "story"}, None, "story_without_media"),
        ("facebook", {"post_as": "reel"}, Facts(duration=91.0), "reel_length"),
        ("facebook", {"post_as": "reel"}, Facts(duration=9.0, width=1920, height=1080), "reel_not_tall"),
        ("facebook", {"post_as": "reel"}, Facts(kind="image", duration=None, container="jpeg"), "reel_without_video"),
        ("facebook", {"link": LINK}, Facts(), "link_with_media"),
        ("threads", {"link": LINK}, Facts(), "link_with_media"),
        ("threads", {"topic": "skin & rain"}, None, "bad_topic"),
        ("linkedin", {"link": LINK}, Facts(), "link_with_media"),
        ("bluesky", {"link": LINK}, Facts(), "link_with_media"),
        ("bluesky", {"first_comment": FAMILY * 301}, None, "comment_too_long"),
        ("x", {"first_comment": "語" * 141}, None, "comment_too_long"),
        ("mastodon", {"spoiler_text": "a" * 10}, None, "warning_too_long"),
        ("pinterest", {}, Facts(), "board_missing"),
    ],
)  # fmt: skip
def test_options_that_cannot_go_together_are_refused_by_name(
    key: str, given: dict[str, Any], media: Facts | None, code: str
) -> None:
    text = "a" * 495 if code == "warning_too_long" else "Rain."
    found = platforms.check(key, title="Skin", text=text, media=media, options=kept(key, given))
    told_of = [problem for problem in found if problem.field.startswith("options.")]
    assert code in [problem.code for problem in told_of]
    assert all(problem.message for problem in told_of)


@pytest.mark.parametrize("key", sorted(set(OPTIONS) - {"pinterest"}))
def test_the_usual_options_are_never_in_the_way(key: str) -> None:
    found = platforms.check(key, title="Skin", text="Rain.", media=Facts(duration=20.0), options={})
    assert [problem.code for problem in found] == []


def test_what_one_account_may_not_use_is_told_with_what_it_may() -> None:
    account = {"may_privacy": "followers private", "locked": "brand_content", "max_seconds": "180"}
    row = rules("tiktok")
    found = account_problems(row, {"brand_content": True}, account)
    assert [(each.field, each.code) for each in found] == [
        ("options.privacy", "not_for_this_account"),
        ("options.brand_content", "not_for_this_account"),
    ]
    assert found[0].message == (
        "This account may not use “Everybody” for “Who can see it”. It may use: Followers, Only the account itself."
    )
    assert account_problems(row, {"privacy": "private"}, account) == []
    longer = platforms.check("tiktok", text="Rain.", media=Facts(duration=181.0), row=row_of_account(row, account))
    assert [each.code for each in longer] == ["media_too_long"]


@pytest.mark.parametrize("told_by_it", ["", "many", "-5", "1e9", "99999999999999999999"])
def test_what_an_account_says_in_no_number_changes_no_limit(told_by_it: str) -> None:
    row = rules("mastodon")
    assert row_of_account(row, {"max_text": told_by_it, "max_seconds": told_by_it}) == row


def test_a_server_that_takes_more_is_believed() -> None:
    row = row_of_account(rules("mastodon"), {"max_text": "5000"})
    assert platforms.check("mastodon", text="a" * 5000, row=row) == []
    assert replace(row, text_limit=500) == rules("mastodon")
