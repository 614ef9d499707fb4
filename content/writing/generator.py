"""The embedded writer: the speaker's own sentences, chosen for the platform and phrased in the brand's tone."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import regex

from content.writing import hashtags as tags
from content.writing import longer as longer_texts
from content.writing import steering
from content.writing.brief import Brief, Draft, Shape, TrendNote
from content.writing.fitting import fits_whole
from content.writing.layouts import KEEP, LAYOUTS, Block, Piece
from content.writing.letters import newsletter
from content.writing.material import Material, gather, mentions
from content.writing.prompting import HEADED, LONGEST_HEADLINE
from content.writing.titles import headline, own_title, title_for
from content.writing.voice import Voice, voice
from content.writing.wishes import Wishes, cannot, shape_of, understand_note
from trenddrop.core.platforms import PlatformRules, compose, fits, rules, shorten
from trenddrop.core.platforms.threads import THREADED
from trenddrop.core.text.language import UNKNOWN, detect
from trenddrop.core.text.tokens import normal_words
from trenddrop.core.voice import Habits

MADE_BY = "TrendDrop embedded writer 1"
EMOJI = regex.compile(r"\s*(?:\p{Extended_Pictographic}[\ufe0f\u200d\p{Emoji_Modifier}]*)+")
MORE_HASHTAGS = 3
ADDED = 3
LONG_HASHTAGS = 3  # of a thread or an article
SHORTER_KEEPS = 6  # importance: what a shorter version leaves out lies below
TRIES = 6  # drafts of which the one that sounds most like the brand is taken
GOALS = (
    (regex.compile(r"follow|subscri|grow|communit|reach", regex.IGNORECASE), "follow"),
    (regex.compile(r"conversation|comment|engag|feedback|discuss|answer", regex.IGNORECASE), "ask"),
    (regex.compile(r"\bsav(?:e|ing)|learn|educat|teach|remember|shar(?:e|ing)", regex.IGNORECASE), "save"),
)


def generate(brief: Brief, *, rng: Random) -> Draft:
    """A piece inside the platform's limits; the same brief and seed give the same piece.

    With samples of the brand's voice several are written, and the one that sounds most like them is handed in.
    """
    wishes = understand_note(brief.note)
    row = brief.row or rules(brief.platform)
    if brief.previous and _only_around(wishes):
        return _fitted_draft(brief, _touched_up(brief, brief.previous, wishes), wishes, row)
    if not brief.brand.samples:
        return _written(brief, wishes, row, rng=rng)
    drafts = [_written(brief, wishes, row, rng=Random(rng.random())) for _ in range(TRIES)]
    return replace(steering.nearest_to(drafts, brief.brand), steered_by=list(brief.brand.samples))


def _written(brief: Brief, wishes: Wishes, row: PlatformRules, *, rng: Random) -> Draft:
    layout, found = LAYOUTS[brief.platform], steering.habits(brief.brand)
    in_order = shape_of(brief) is not Shape.POST
    lean = "hooks" if in_order else layout.lean
    material, wishes = gather(brief, wishes, rng=rng, lean=lean, early=in_order)
    before = brief.previous.text if brief.previous else ""
    speaking = voice(
        language=brief.language or material.language,
        tone=wishes.tone or ("hinglish" if found and found.hinglish else brief.brand.tone),
        brand=brief.brand.name,
        rng=rng,
        avoid=before,
    )
    speaking = steering.phrased(speaking, found)
    trend = "" if wishes.no_trend else _trend_line(brief.trends, speaking)
    longer = _longer(brief, material, speaking, trend, row)
    if longer is not None:
        return _long_draft(brief, longer, material, wishes, row, found)
    wishes = _too_short(brief, wishes)
    piece = _towards(brief.brand.goals, layout.build(material, speaking, trend), speaking)
    piece = _proven(piece, brief, speaking)
    piece = _as_wished(steering.steered(piece, found), material, wishes, speaking)
    draft = Draft(
        title=title_for(brief, material, row=row),
        text=piece.separator.join(block.text for block in piece.blocks),
        hashtags=_hashtags(brief, piece, wishes, row, found),
        call_to_action=piece.call,
        made_by=MADE_BY,
    )
    return _fitted_draft(brief, _fitted(draft, piece, row), wishes, row)


def _longer(
    brief: Brief, material: Material, speaking: Voice, trend: str, row: PlatformRules
) -> longer_texts.Longer | None:
    shape, reading = shape_of(brief), brief.understanding
    if shape is Shape.THREAD and row.key in THREADED:
        best = [moment.text for moment in (*reading.hooks, *reading.insights, *reading.quotes)]
        return longer_texts.thread(material, speaking, trend, row, best=best)
    if shape is Shape.NEWSLETTER:
        return newsletter(material, speaking, trend, row)
    return longer_texts.article(material, speaking, trend, row) if shape is Shape.ARTICLE else None


def _too_short(brief: Brief, wishes: Wishes) -> Wishes:
    """A thread or article that cannot be made is told, and a post is written."""
    shape = wishes.shape or brief.shape
    if shape in (None, Shape.POST):
        return wishes
    no_threads = shape is Shape.THREAD and brief.platform not in THREADED
    why = "this platform has no threads" if no_threads else "too little is said for one"
    return cannot(wishes, str(shape), why)


def _long_draft(
    brief: Brief,
    longer: longer_texts.Longer,
    material: Material,
    wishes: Wishes,
    row: PlatformRules,
    found: Habits | None,
) -> Draft:
    """A thread or an article with its hashtags, as many as its last post has room for."""
    text = EMOJI.sub("", longer.text) if wishes.no_emoji else longer.text
    call = "" if wishes.no_call else longer.call
    shape = shape_of(brief)
    usual = 0 if shape is Shape.NEWSLETTER else LONG_HASHTAGS
    tags_given = _hashtags(brief, Piece([], call, usual), wishes, row, found)
    while tags_given and not fits_whole(row, compose(text=text, hashtags=tags_given, call_to_action=call)):
        tags_given = tags_given[:-1]
    plain = headline(brief, material, most=LONGEST_HEADLINE) if shape in HEADED else ""
    draft = Draft(
        title=title_for(brief, material, row=row) or plain,
        text=text,
        hashtags=tags_given,
        call_to_action=call,
        made_by=MADE_BY,
        shape=shape,
    )
    return _fitted_draft(brief, draft, wishes, row)


def _proven(piece: Piece, brief: Brief, speaking: Voice) -> Piece:
    """The brand's own call that did best before, where the platform has one, in the language that is written."""
    written = detect(" ".join(block.text for block in piece.blocks))[0]
    calls = [call for call in brief.worked.calls if detect(call)[0] in (written, UNKNOWN)]
    fresh = [call for call in calls if call not in speaking.avoid]
    return replace(piece, call=(fresh or calls)[0]) if piece.call and calls else piece


def _only_around(wishes: Wishes) -> bool:
    """Whether a note asks only for what stands around the text: hashtags, call to action, emoji."""
    around = Wishes(
        hashtags=wishes.hashtags,
        no_call=wishes.no_call,
        no_emoji=wishes.no_emoji,
        met=wishes.met,
        not_understood=wishes.not_understood,
    )
    return bool(wishes.met) and wishes == around


def _touched_up(brief: Brief, previous: Draft, wishes: Wishes) -> Draft:
    kept = list(previous.hashtags)
    if wishes.hashtags is not None:
        every = _every(brief, brief.trends)
        more = [*kept, *(tag for tag in every if tag not in kept)]
        kept = _counted(more, len(kept), wishes)
    text = EMOJI.sub("", previous.text) if wishes.no_emoji else previous.text
    call = "" if wishes.no_call else previous.call_to_action
    return replace(previous, text=text, hashtags=kept, call_to_action=call, made_by=MADE_BY, model="")


def _trend_line(trends: Sequence[TrendNote], speaking: Voice) -> str:
    """A sentence about the best live topic, only with evidence that the material speaks of it."""
    live = [trend for trend in trends if trend.evidence and trend.score >= tags.TREND_FLOOR]
    if not live:
        return ""
    best = max(live, key=lambda trend: trend.score)
    return speaking.say("trend", topic=_spoken_name(best))


def _spoken_name(trend: TrendNote) -> str:
    """The shortest name a sentence can carry; a long headline gives way to the words heard."""
    names = [name for name in (trend.title, *trend.names) if len(name.split()) <= 4]
    if names:
        return names[0]
    heard = trend.evidence[0].words
    return heard if "…" not in heard and len(heard.split()) <= 4 else f"“{trend.title}”"


def _towards(goals: str, piece: Piece, speaking: Voice) -> Piece:
    """The call to action that serves the brand's goals, where the platform has one at all."""
    kind = next((kind for pattern, kind in GOALS if pattern.search(goals)), "")
    asked = kind == "ask" and any(block.text in speaking.phrases.get("ask", ()) for block in piece.blocks)
    return replace(piece, call=speaking.say(kind) or piece.call) if kind and piece.call and not asked else piece


def _as_wished(piece: Piece, material: Material, wishes: Wishes, speaking: Voice) -> Piece:
    blocks = [block for n, block in enumerate(piece.blocks) if block.text and not _repeats(block, piece.blocks[:n])]
    if wishes.length < 0:
        blocks = _fewer(blocks)
    if wishes.length > 0:
        blocks = _more(blocks, material)
    if wishes.no_emoji:
        blocks = [replace(block, text=EMOJI.sub("", block.text).strip()) for block in blocks]
    if wishes.with_emoji and blocks:
        blocks = [replace(blocks[0], text=f"{blocks[0].text} {speaking.say('emoji') or '✨'}"), *blocks[1:]]
    call = "" if wishes.no_call else piece.call
    if wishes.with_call and not call:
        call = speaking.say("save") or speaking.say("follow")
    return replace(piece, blocks=blocks, call=call)


def _repeats(block: Block, before: Sequence[Block]) -> bool:
    """Whether a paragraph says nothing that was not said, or, after another, nothing in letters."""
    wordless = bool(before) and not normal_words(block.text)
    return wordless or any(block.text in one.text for one in before)


def _hashtags(brief: Brief, piece: Piece, wishes: Wishes, row: PlatformRules, found: Habits | None) -> list[str]:
    live = [] if wishes.no_trend else brief.trends
    every = _every(brief, live)
    count = piece.hashtags
    if found is not None:
        of_topics = [tag for trend in live for tag in tags.candidates_of(trend)]
        every, count = steering.hashtags(every, found, live=of_topics)
    elif piece.trend_tag_only and wishes.hashtags is None:
        every = [tag for tag in every if any(tag in tags.candidates_of(trend) for trend in live)]
    every = [tag for tag in every if not any(mentions(_spread(tag), phrase) for phrase in wishes.without)]
    chosen = _counted(every, count, wishes)
    return chosen if row.hashtag_limit is None else chosen[: row.hashtag_limit]


def _fewer(blocks: list[Block]) -> list[Block]:
    """The opening and what matters most; at least one paragraph less."""
    kept = [block for block in blocks if block.importance >= SHORTER_KEEPS]
    if len(kept) == len(blocks) and (weakest := _weakest(blocks)):
        kept.remove(weakest)
    return kept


def _more(blocks: list[Block], material: Material) -> list[Block]:
    """Up to three sentences that are not in yet, before what asks the reader."""
    told = "\n".join(block.text for block in blocks)
    spare = [text for text in (*material.summary, *(point.text for point in material.points)) if text not in told]
    added = Block(" ".join(material.in_order(dict.fromkeys(spare[:ADDED]))), 5)
    at = next((n for n in range(len(blocks) - 1, 0, -1) if blocks[n].importance >= 5), 0) + 1
    return [*blocks[:at], added, *blocks[at:]] if added.text else blocks


def _every(brief: Brief, live: Sequence[TrendNote]) -> list[str]:
    return tags.candidates(
        brief.understanding,
        sentences=brief.sentences,
        trends=live,
        brand=brief.brand.name,
        words=brief.brand.words,
        doubtful=brief.doubtful,
        suggested=brief.suggested,
    )


def _spread(tag: str) -> str:
    """A CamelCase hashtag as words."""
    return regex.sub(r"(?<=\p{Ll})(?=\p{Lu})", " ", tag)


def _counted(every: list[str], usual: int, wishes: Wishes) -> list[str]:
    if wishes.hashtags is None:
        return every[:usual]
    usual = min(usual, len(every))
    wanted = {0: 0, -1: max(1, usual // 2), 1: usual + MORE_HASHTAGS}[wishes.hashtags]
    return every[:wanted]


def _fitted(draft: Draft, piece: Piece, row: PlatformRules) -> Draft:
    """Leave out the least important paragraphs, then hashtags, then the call, until the post fits."""
    blocks, kept, call = list(piece.blocks), list(draft.hashtags), draft.call_to_action

    def whole() -> str:
        return compose(text=piece.separator.join(b.text for b in blocks), hashtags=kept, call_to_action=call)

    while not fits(row.key, whole(), row=row) and (weakest := _weakest(blocks)):
        blocks.remove(weakest)
    while not fits(row.key, whole(), row=row) and kept:
        kept.pop()
    if not fits(row.key, whole(), row=row):
        call = ""
    text = piece.separator.join(block.text for block in blocks)
    return replace(draft, text=shorten(row.key, text, row=row), hashtags=kept, call_to_action=call)


def _weakest(blocks: Sequence[Block]) -> Block | None:
    removable = [block for block in blocks if block.importance < KEEP]
    return min(removable, key=lambda block: block.importance) if len(blocks) > 1 and removable else None


def _fitted_draft(brief: Brief, draft: Draft, wishes: Wishes, row: PlatformRules) -> Draft:
    clean = "".join(character for character in draft.text if character not in row.forbidden)
    return replace(
        draft,
        text=clean or shorten(row.key, own_title(brief.title), row=row),
        wishes_met=list(wishes.met),
        wishes_not_understood=list(wishes.not_understood),
    )
