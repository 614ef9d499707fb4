"""What a post can carry on each platform beside text, hashtags and media: one table for forms, the API and adapters."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trenddrop.core.platforms.rules import PlatformKey

Words = str | Promise
LONGEST = 10_000


class Shape(StrEnum):
    """How an option is asked for and stored."""

    CHOICE = "choice"  # one of `choices`, a string
    SWITCH = "switch"  # a bool
    TEXT = "text"  # a string of at most `limit` characters
    LINK = "link"  # an https address, a string


@dataclass(frozen=True)
class Option:
    """One option; `initial` is what is sent when nobody chose. `media`: only for posts with such a file.

    `counted`: its `limit` is in the platform's own unit, so it is judged with the post and not when it is stored.
    """

    name: str
    shape: Shape
    label: Words
    help: Words = ""
    choices: tuple[tuple[str, Words], ...] = ()
    initial: str | bool = ""
    limit: int = 0
    media: str = ""
    counted: bool = False

    @property
    def most(self) -> int:
        """How many characters are stored; 0 is no limit of its own."""
        return LONGEST if self.counted else self.limit


class BadOption(ValueError):
    """A given option is unknown there, or has a value it cannot have; `name` says which."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


def _switch(name: str, label: Words, *, on: bool = False, help: Words = "", media: str = "") -> Option:  # noqa: A002
    return Option(name, Shape.SWITCH, label, help, initial=on, media=media)


PUBLIC = ("public", gettext_lazy("Everybody"))
UNLISTED = ("unlisted", gettext_lazy("Whoever has the link"))
FOLLOWERS = ("followers", gettext_lazy("Followers"))
FRIENDS = ("friends", gettext_lazy("Friends who follow each other"))
PRIVATE = ("private", gettext_lazy("Only the account itself"))


def _privacy(*choices: tuple[str, Words]) -> Option:
    return Option("privacy", Shape.CHOICE, gettext_lazy("Who can see it"), choices=choices, initial=choices[0][0])


def _first_comment(limit: int, *, counted: bool = False) -> Option:
    help_text = gettext_lazy("Written by the account under the post as soon as it is live.")
    return Option("first_comment", Shape.TEXT, gettext_lazy("First comment"), help_text, limit=limit, counted=counted)


def _post_as(*choices: tuple[str, Words]) -> Option:
    return Option("post_as", Shape.CHOICE, gettext_lazy("Post it as"), choices=choices, initial=choices[0][0])


REPLIES = (
    ("everyone", gettext_lazy("Everybody")),
    ("following", gettext_lazy("Accounts you follow")),
    ("mentioned", gettext_lazy("Only those mentioned")),
)
LINK = Option("link", Shape.LINK, gettext_lazy("Link"), gettext_lazy("Shown as a card, or opened by a click."))
WHO_MAY_REPLY = gettext_lazy("Who may reply")

OPTIONS: dict[PlatformKey, tuple[Option, ...]] = {
    PlatformKey.TIKTOK: (
        _privacy(PUBLIC, FRIENDS, FOLLOWERS, PRIVATE),
        _switch("comments", gettext_lazy("Allow comments"), on=True),
        _switch("duet", gettext_lazy("Allow duets"), on=True, media="video"),
        _switch("stitch", gettext_lazy("Allow stitches"), on=True, media="video"),
        _switch("brand_organic", gettext_lazy("It promotes your own brand")),
        _switch("brand_content", gettext_lazy("It is a paid partnership")),
        _switch("auto_music", gettext_lazy("Let TikTok add music"), media="image"),
        _switch(
            "as_draft",
            gettext_lazy("Send it to the inbox as a draft"),
            help=gettext_lazy("You finish it in the TikTok app."),
        ),
    ),
    PlatformKey.YOUTUBE: (
        _privacy(PUBLIC, UNLISTED, PRIVATE),
        _switch("made_for_kids", gettext_lazy("Made for children")),
        _switch("notify", gettext_lazy("Tell subscribers"), on=True),
        Option("playlist", Shape.TEXT, gettext_lazy("Playlist"), gettext_lazy("Its id, PL…"), limit=64),
        _first_comment(10_000),
    ),
    PlatformKey.INSTAGRAM: (
        _post_as(("feed", gettext_lazy("Reel or post")), ("story", gettext_lazy("Story"))),
        _switch("share_to_feed", gettext_lazy("Show the reel in the feed too"), on=True, media="video"),
        Option(
            "collaborators", Shape.TEXT, gettext_lazy("Collaborators"), gettext_lazy("Up to three handles."), limit=100
        ),
        _first_comment(2200, counted=True),
    ),
    PlatformKey.FACEBOOK: (
        _post_as(("feed", gettext_lazy("Post")), ("reel", gettext_lazy("Reel")), ("story", gettext_lazy("Story"))),
        LINK,
        _first_comment(8000),
    ),
    PlatformKey.THREADS: (
        Option("replies", Shape.CHOICE, WHO_MAY_REPLY, choices=REPLIES, initial="everyone"),
        Option("topic", Shape.TEXT, gettext_lazy("Topic"), limit=50),
        LINK,
        _first_comment(500, counted=True),
    ),
    PlatformKey.X: (
        Option("replies", Shape.CHOICE, WHO_MAY_REPLY, choices=REPLIES, initial="everyone"),
        _switch("paid_partnership", gettext_lazy("It is a paid partnership")),
        _first_comment(280, counted=True),
    ),
    PlatformKey.LINKEDIN: (
        _privacy(PUBLIC, ("followers", gettext_lazy("Connections"))),
        LINK,
        _first_comment(1250),
    ),
    PlatformKey.BLUESKY: (
        Option("replies", Shape.CHOICE, WHO_MAY_REPLY, choices=REPLIES, initial="everyone"),
        LINK,
        _first_comment(300, counted=True),
    ),
    PlatformKey.MASTODON: (
        _privacy(PUBLIC, UNLISTED, FOLLOWERS),
        Option("spoiler_text", Shape.TEXT, gettext_lazy("Content warning"), limit=200),
        _switch("sensitive", gettext_lazy("Hide the media behind a click")),
        _first_comment(500, counted=True),
    ),
    PlatformKey.PINTEREST: (
        Option("board", Shape.TEXT, gettext_lazy("Board"), gettext_lazy("Its name, or its id."), limit=100),
        LINK,
    ),
    PlatformKey.TELEGRAM: (
        _switch("silent", gettext_lazy("Without a sound")),
        _switch("protect", gettext_lazy("Nobody may forward or save it")),
    ),
    PlatformKey.DISCORD: (_switch("silent", gettext_lazy("Without a notification")),),
    PlatformKey.WEBHOOK: (LINK,),
    PlatformKey.WORDPRESS: (
        _privacy(PUBLIC, ("private", gettext_lazy("Only the site's editors"))),
        _switch("comments", gettext_lazy("Allow comments"), on=True),
    ),
}


def options(key: str) -> tuple[Option, ...]:
    """The options of a platform; none where it has none or is not known."""
    return OPTIONS.get(PlatformKey(key), ()) if key in set(PlatformKey) else ()


def read(key: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was chosen, whole and typed, with `initial` for the rest; BadOption for what the platform does not know."""
    known = {each.name: each for each in options(key)}
    for name in given:
        if name not in known:
            raise BadOption(name, _("There is no option called “%(name)s” there.") % {"name": name})
    return {name: _value(each, given[name]) if name in given else each.initial for name, each in known.items()}


def chosen(key: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What to keep of `given`: only what differs from what is sent anyway. Raises BadOption."""
    whole = read(key, given)
    return {each.name: whole[each.name] for each in options(key) if whole[each.name] != each.initial}


def kept(key: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """As `read`, for what was stored once: what the platform does not know, or no longer takes, is left out."""
    return read(key, {name: value for name, value in given.items() if _is_taken(key, name, value)})


def told(key: str, given: Mapping[str, Any]) -> list[str]:
    """What was chosen beside the usual, a line each: "Who can see it: Followers"."""
    whole = kept(key, given)
    beside = [each for each in options(key) if whole[each.name] != each.initial]
    return [f"{each.label}: {_told(each, whole[each.name])}" for each in beside]


def _told(option: Option, value: str | bool) -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    return str(dict(option.choices).get(value, value))


def _is_taken(key: str, name: str, value: Any) -> bool:
    try:
        read(key, {name: value})
    except BadOption:
        return False
    return True


def _value(option: Option, value: Any) -> str | bool:
    if option.shape is Shape.SWITCH:
        if isinstance(value, bool):
            return value
        raise BadOption(option.name, _("“%(name)s” is either on or off.") % {"name": option.label})
    if not isinstance(value, str):
        raise BadOption(option.name, _("“%(name)s” is a text.") % {"name": option.label})
    words = value.strip()
    if option.shape is Shape.CHOICE and words not in {choice for choice, _label in option.choices}:
        raise BadOption(option.name, _("Choose one of those offered for “%(name)s”.") % {"name": option.label})
    if option.most and len(words) > option.most:
        most = {"name": option.label, "most": option.most}
        raise BadOption(option.name, _("“%(name)s” can have %(most)s characters at most.") % most)
    if option.shape is Shape.LINK and words and not words.startswith("https://"):
        raise BadOption(option.name, _("“%(name)s” begins with https://.") % {"name": option.label})
    return words
