"""What a platform would refuse, said before it is sent."""

from collections.abc import Sequence

from trenddrop.core.platforms.lengths import COUNTERS, HASHTAG, MENTION, compose, tags_length
from trenddrop.core.platforms.media_checks import MediaFacts, media_advice, media_problems
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
    row: PlatformRules | None = None,
) -> list[Problem]:
    """All the platform would refuse, counted as `compose` sends it; `row` holds one server's own rules."""
    row = row or rules(key)
    whole = compose(text=text, hashtags=hashtags, call_to_action=call_to_action, mentions=mentions, label=label)
    return [
        *_title_problems(row, title),
        *_text_problems(row, whole),
        *_tag_problems(row, whole, hashtags),
        *media_problems(row, media),
    ]


def _title_problems(row: PlatformRules, title: str) -> list[Problem]:
    if row.title_limit is None:
        return []
    problems = _forbidden(row, "title", title)
    over = counting.utf16_length(title) - row.title_limit
    if not title.strip():
        problems.append(Problem("title", "title_missing", f"{row.name} needs a title."))
    if over > 0:
        message = f"The title is {over} over {row.name}'s {row.title_limit} characters."
        problems.append(Problem("title", "title_too_long", message, over))
    return problems


def _text_problems(row: PlatformRules, whole: str) -> list[Problem]:
    parts = parts_of(row.key, whole)
    problems = _forbidden(row, "text", whole)
    for number, part in enumerate(parts, start=1):
        said = f"Part {number}" if len(parts) > 1 else "The text with its hashtags"
        problems += _length_problems(row, part, said)
    return problems


def _length_problems(row: PlatformRules, text: str, said: str) -> list[Problem]:
    problems = []
    over = COUNTERS[row.text_unit](text) - row.text_limit
    if over > 0:
        unit = "bytes" if row.text_unit is TextUnit.BYTES else "characters"
        message = f"{said} is {over} over {row.name}'s {row.text_limit:,} {unit}."
        problems.append(Problem("text", "text_too_long", message, over))
    if row.byte_limit is not None and (heavy := counting.byte_length(text) - row.byte_limit) > 0:
        message = f"{said} is {heavy} bytes over {row.name}'s {row.byte_limit:,} bytes. Emoji weigh most."
        problems.append(Problem("text", "text_too_heavy", message, heavy))
    return problems


def _forbidden(row: PlatformRules, name: str, value: str) -> list[Problem]:
    found = "".join(sorted(set(value) & set(row.forbidden)))
    if not found:
        return []
    return [Problem(name, "forbidden_character", f"{row.name} does not take {found} in the {name}.", len(found))]


def _tag_problems(row: PlatformRules, whole: str, hashtags: Sequence[str]) -> list[Problem]:
    problems = []
    count = len(HASHTAG.findall(whole))
    if row.hashtag_limit is not None and count > row.hashtag_limit:
        message = f"{row.name} takes {row.hashtag_limit} hashtags; there are {count}."
        problems.append(Problem("hashtags", "too_many_hashtags", message, count - row.hashtag_limit))
    mentions = len(MENTION.findall(whole))
    if row.mention_limit is not None and mentions > row.mention_limit:
        message = f"{row.name} takes {row.mention_limit} mentions; there are {mentions}."
        problems.append(Problem("text", "too_many_mentions", message, mentions - row.mention_limit))
    if row.tags_limit is not None and (over := tags_length(hashtags) - row.tags_limit) > 0:
        message = f"The tags are {over} over {row.name}'s {row.tags_limit} characters."
        problems.append(Problem("hashtags", "tags_too_long", message, over))
    return problems


def advise(key: str, *, alt_text: str = "", media: MediaFacts | None = None) -> list[Problem]:
    """What the platform would take, but people would miss; nothing here keeps a post from being sent."""
    return media_advice(rules(key), media, alt_text)
