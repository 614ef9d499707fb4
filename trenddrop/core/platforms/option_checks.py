"""What a platform would refuse about a post's options: together with its text and file, and for one account."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from trenddrop.core.platforms.lengths import COUNTERS
from trenddrop.core.platforms.media_checks import MediaFacts
from trenddrop.core.platforms.options import Option, Shape, kept, options
from trenddrop.core.platforms.problems import Problem
from trenddrop.core.platforms.rules import MB, PlatformKey, PlatformRules

STORY_SECONDS, STORY_BYTES = 60, 100 * MB
REEL_SECONDS = (3, 90)
TALL = 0.65  # a reel is 9:16; phones film a little wider
COLLABORATORS = 3
HANDLE = re.compile(r"@?[A-Za-z0-9._]{1,30}")
PLAYLIST = re.compile(r"[A-Za-z0-9_-]{10,64}")
NOT_IN_TOPIC = frozenset(".&")


@dataclass(frozen=True)
class Carried:
    """What a rule looks at: the options whole, the text as sent, the file that goes along."""

    row: PlatformRules
    chosen: Mapping[str, Any]
    text: str
    media: MediaFacts | None


Rule = Callable[[Carried], Sequence[Problem]]


def option_problems(
    row: PlatformRules, given: Mapping[str, Any], *, text: str, media: MediaFacts | None
) -> list[Problem]:
    """All the platform would refuse about the options of one post."""
    post = Carried(row, kept(row.key, given), text, media)
    found = list(_comment_length(post))
    for rule in RULES.get(row.key, ()):
        found += rule(post)
    return found


def _problem(name: str, code: str, message: str, over: float = 0) -> list[Problem]:
    return [Problem(f"options.{name}", code, message, over)]


def _comment_length(post: Carried) -> Sequence[Problem]:
    """A comment is counted as posts are, where comments are posts."""
    option = next((each for each in options(post.row.key) if each.name == "first_comment"), None)
    words = post.chosen.get("first_comment", "")
    if option is None or not words or not option.counted:
        return []
    over = COUNTERS[post.row.text_unit](words) - post.row.text_limit
    if over <= 0:
        return []
    told = {"name": post.row.name, "over": over, "most": f"{post.row.text_limit:,}"}
    message = _("The first comment is %(over)s over %(name)s's %(most)s characters.") % told
    return _problem("first_comment", "comment_too_long", message, over)


def _is(post: Carried, kind: str) -> bool:
    return post.chosen.get("post_as") == kind


def _story(post: Carried) -> Sequence[Problem]:
    if not _is(post, "story"):
        return []
    found = []
    if post.media is None:
        message = _("A story needs a video or an image.")
        found += _problem("post_as", "story_without_media", message)
    elif (seconds := post.media.duration) and seconds > STORY_SECONDS:
        message = _("A story's video has %(most)s s at most; this one has %(given)s s.")
        message %= {"most": STORY_SECONDS, "given": f"{seconds:.0f}"}
        found += _problem("post_as", "story_too_long", message, seconds - STORY_SECONDS)
    if post.media is not None and post.media.size > STORY_BYTES:
        message = _("A story's file has %(most)s MB at most.") % {"most": STORY_BYTES // MB}
        found += _problem("post_as", "story_too_big", message, post.media.size - STORY_BYTES)
    if post.chosen.get("first_comment"):
        message = _("Nobody can comment under a story. Take the first comment out.")
        found += _problem("first_comment", "comment_on_story", message)
    return found


def _reel(post: Carried) -> Sequence[Problem]:
    if not _is(post, "reel"):
        return []
    if post.media is None or post.media.kind != "video":
        return _problem("post_as", "reel_without_video", _("A reel needs a video."))
    least, most = REEL_SECONDS
    seconds, wide, high = post.media.duration, post.media.width, post.media.height
    if seconds is not None and not least <= seconds <= most:
        message = _("A reel has %(least)s to %(most)s s; this video has %(given)s s.")
        message %= {"least": least, "most": most, "given": f"{seconds:.0f}"}
        return _problem("post_as", "reel_length", message, max(least - seconds, seconds - most))
    if wide and high and wide / high > TALL:
        return _problem(
            "post_as", "reel_not_tall", _("A reel is tall (9:16). Make the file tall, or post it as a post.")
        )
    return []


def _either_link_or_file(post: Carried) -> Sequence[Problem]:
    if not post.chosen.get("link") or post.media is None:
        return []
    message = _("%(name)s shows either the card of a link or a file. Take one of them out.") % {"name": post.row.name}
    return _problem("link", "link_with_media", message)


def _paid_is_not_private(post: Carried) -> Sequence[Problem]:
    if not post.chosen.get("brand_content") or post.chosen.get("privacy") != "private":
        return []
    message = _("%(name)s shows a paid partnership to others, never only to you. Choose who can see it.")
    return _problem("privacy", "paid_and_private", message % {"name": post.row.name})


def _no_comments_for_children(post: Carried) -> Sequence[Problem]:
    if not post.chosen.get("made_for_kids") or not post.chosen.get("first_comment"):
        return []
    message = _("%(name)s turns comments off under what is made for children. Take the first comment out.")
    return _problem("first_comment", "comment_for_children", message % {"name": post.row.name})


def _playlist(post: Carried) -> Sequence[Problem]:
    name = post.chosen.get("playlist", "")
    if not name or PLAYLIST.fullmatch(name):
        return []
    message = _("A playlist is named by its id: what stands behind list= in its address.")
    return _problem("playlist", "bad_playlist", message)


def _collaborators(post: Carried) -> Sequence[Problem]:
    names = re.split(r"[\s,]+", post.chosen.get("collaborators", "").strip())
    names = [name for name in names if name]
    if not names:
        return []
    if _is(post, "story"):
        message = _("A story has no collaborators. Take them out.")
        return _problem("collaborators", "collaborators_on_story", message)
    if len(names) > COLLABORATORS or not all(HANDLE.fullmatch(name) for name in names):
        message = _("Name up to three collaborators by their handles, with spaces between them.")
        return _problem("collaborators", "bad_collaborators", message)
    return []


def _topic(post: Carried) -> Sequence[Problem]:
    if not set(post.chosen.get("topic", "")) & NOT_IN_TOPIC:
        return []
    return _problem("topic", "bad_topic", _("A topic has neither a full stop nor an ampersand (&)."))


def _warning_counts(post: Carried) -> Sequence[Problem]:
    """A content warning takes of the text's own length."""
    words = post.chosen.get("spoiler_text", "")
    count = COUNTERS[post.row.text_unit]
    over = len(words) + count(post.text) - post.row.text_limit
    if not words or over <= 0 or count(post.text) > post.row.text_limit:
        return []
    told = {"name": post.row.name, "over": over, "most": f"{post.row.text_limit:,}"}
    message = _("The text with its content warning is %(over)s over %(name)s's %(most)s characters.") % told
    return _problem("spoiler_text", "warning_too_long", message, over)


def _board(post: Carried) -> Sequence[Problem]:
    if post.chosen.get("board"):
        return []
    return _problem("board", "board_missing", _("Say on which board it is pinned."))


RULES: Mapping[PlatformKey, tuple[Rule, ...]] = {
    PlatformKey.TIKTOK: (_paid_is_not_private,),
    PlatformKey.YOUTUBE: (_no_comments_for_children, _playlist),
    PlatformKey.INSTAGRAM: (_story, _collaborators),
    PlatformKey.FACEBOOK: (_story, _reel, _either_link_or_file),
    PlatformKey.THREADS: (_either_link_or_file, _topic),
    PlatformKey.LINKEDIN: (_either_link_or_file,),
    PlatformKey.BLUESKY: (_either_link_or_file,),
    PlatformKey.MASTODON: (_warning_counts,),
    PlatformKey.PINTEREST: (_board,),
}


# What holds for one account only. Adapters write it into the connection's `extra`, as strings:
# may_<option> = the values it may use, with spaces between; locked = the switches it cannot turn on;
# max_seconds = of its videos; max_text = in the platform's own unit.


def row_of_account(row: PlatformRules, account: Mapping[str, Any]) -> PlatformRules:
    """The platform's limits with what one account has of its own."""
    if most := _number(account.get("max_text")):
        row = replace(row, text_limit=most)
    if most := _number(account.get("max_seconds")):
        least = min(most, row.media.max_duration or most)
        row = replace(row, media=replace(row.media, max_duration=least))
    return row


def _number(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def account_problems(row: PlatformRules, given: Mapping[str, Any], account: Mapping[str, Any]) -> list[Problem]:
    """What this account may not use, though the platform knows it."""
    chosen, found = kept(row.key, given), []
    locked = set(str(account.get("locked", "")).split())
    for option in options(row.key):
        value, may = chosen[option.name], str(account.get(f"may_{option.name}", "")).split()
        if option.shape is Shape.CHOICE and may and value not in may:
            told = {"name": option.label, "value": _label(option, str(value)), "others": _labels(option, may)}
            message = _("This account may not use “%(value)s” for “%(name)s”. It may use: %(others)s.") % told
            found += _problem(option.name, "not_for_this_account", message)
        if value is True and option.initial is False and option.name in locked:
            message = _("This account cannot turn “%(name)s” on.") % {"name": option.label}
            found += _problem(option.name, "not_for_this_account", message)
    return found


def _label(option: Option, value: str) -> str:
    return str(dict(option.choices).get(value, value))


def _labels(option: Option, values: Sequence[str]) -> str:
    known = [value for value, _words in option.choices if value in values]
    return ", ".join(_label(option, value) for value in known)
