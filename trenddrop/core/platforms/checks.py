"""What a platform would refuse, said before it is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from trenddrop.core.platforms.lengths import COUNTERS, HASHTAG, MENTION, compose, tags_length
from trenddrop.core.platforms.media_checks import MediaFacts, media_advice, media_problems
from trenddrop.core.platforms.option_checks import option_problems
from trenddrop.core.platforms.problems import Problem
from trenddrop.core.platforms.rules import PlatformRules, TextUnit, rules
from trenddrop.core.platforms.threads import parts_of
from trenddrop.core.text import counting


def check(  # noqa: PLR0913 (every part of a post is counted)
    key: str,
    *,
    title: str = "",
    text: str = "",
    hashtags: Sequence[str] = (),
    media: MediaFacts | None = None,
    call_to_action: str = "",
    mentions: Sequence[str] = (),
    label: str = "",
    options: Mapping[str, Any] | None = None,
    row: PlatformRules | None = None,
) -> list[Problem]:
    """All the platform would refuse, counted as `compose` sends it; `row` holds one server's own rules.

    Without `options` nothing is said about them.
    """
    row = row or rules(key)
    whole = compose(text=text, hashtags=hashtags, call_to_action=call_to_action, mentions=mentions, label=label)
    return [
        *_title_problems(row, title),
        *_text_problems(row, whole),
        *_tag_problems(row, whole, hashtags),
        *media_problems(row, media),
        *([] if options is None else option_problems(row, options, text=whole, media=media)),
    ]


def _title_problems(row: PlatformRules, title: str) -> list[Problem]:
    if row.title_limit is None:
        return []
    problems = _forbidden(row, "title", title)
    over = counting.utf16_length(title) - row.title_limit
    if not title.strip():
        problems.append(Problem("title", "title_missing", _("%(name)s needs a title.") % {"name": row.name}))
    if over > 0:
        message = _("The title is %(over)s over %(name)s's %(most)s characters.") % _over(row, over, row.title_limit)
        problems.append(Problem("title", "title_too_long", message, over))
    return problems


def _text_problems(row: PlatformRules, whole: str) -> list[Problem]:
    parts = parts_of(row.key, whole)
    problems = _forbidden(row, "text", whole)
    for number, part in enumerate(parts, start=1):
        said = _("Part %(n)s") % {"n": number} if len(parts) > 1 else _("The text with its hashtags")
        problems += _length_problems(row, part, said)
    return problems


def _length_problems(row: PlatformRules, text: str, said: str) -> list[Problem]:
    problems = []
    over = COUNTERS[row.text_unit](text) - row.text_limit
    if over > 0:
        message = (
            _("%(what)s is %(over)s over %(name)s's %(most)s bytes.")
            if row.text_unit is TextUnit.BYTES
            else _("%(what)s is %(over)s over %(name)s's %(most)s characters.")
        ) % {"what": said, **_over(row, over, row.text_limit)}
        problems.append(Problem("text", "text_too_long", message, over))
    if row.byte_limit is not None and (heavy := counting.byte_length(text) - row.byte_limit) > 0:
        message = _("%(what)s is %(over)s bytes over %(name)s's %(most)s bytes. Emoji weigh most.") % {
            "what": said,
            **_over(row, heavy, row.byte_limit),
        }
        problems.append(Problem("text", "text_too_heavy", message, heavy))
    return problems


def _forbidden(row: PlatformRules, name: str, value: str) -> list[Problem]:
    found = "".join(sorted(set(value) & set(row.forbidden)))
    if not found:
        return []
    message = (
        _("%(name)s does not take %(signs)s in the title.")
        if name == "title"
        else _("%(name)s does not take %(signs)s in the text.")
    )
    return [Problem(name, "forbidden_character", message % {"name": row.name, "signs": found}, len(found))]


def _over(row: PlatformRules, over: int, most: int) -> dict[str, str]:
    return {"name": row.name, "over": str(over), "most": f"{most:,}"}


def _tag_problems(row: PlatformRules, whole: str, hashtags: Sequence[str]) -> list[Problem]:
    problems = []
    count = len(HASHTAG.findall(whole))
    if row.hashtag_limit is not None and count > row.hashtag_limit:
        counted = {"name": row.name, "most": row.hashtag_limit, "count": count}
        message = _("%(name)s takes %(most)s hashtags; there are %(count)s.") % counted
        problems.append(Problem("hashtags", "too_many_hashtags", message, count - row.hashtag_limit))
    mentions = len(MENTION.findall(whole))
    if row.mention_limit is not None and mentions > row.mention_limit:
        counted = {"name": row.name, "most": row.mention_limit, "count": mentions}
        message = _("%(name)s takes %(most)s mentions; there are %(count)s.") % counted
        problems.append(Problem("text", "too_many_mentions", message, mentions - row.mention_limit))
    if row.tags_limit is not None and (over := tags_length(hashtags) - row.tags_limit) > 0:
        message = _("The tags are %(over)s over %(name)s's %(most)s characters.") % _over(row, over, row.tags_limit)
        problems.append(Problem("hashtags", "tags_too_long", message, over))
    return problems


def advise(key: str, *, alt_text: str = "", media: MediaFacts | None = None) -> list[Problem]:
    """What the platform would take, but people would miss; nothing here keeps a post from being sent."""
    return media_advice(rules(key), media, alt_text)
