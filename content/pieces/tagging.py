"""Hashtags suggested for a piece: what its words, its maker's earlier pieces and public videos speak for, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.models import ContentAnalysis, ContentAsset, GeneratedContent, TagModel, TrendMatch
from content.queries import brand_name
from content.writing import TrendNote, hashtags, tagging
from content.writing.tagging import Example, Live, Reason, Subject, Suggestion, Tagger, Why
from content.writing.titles import own_title
from trenddrop.core.text.tokens import normal_words, stem
from trends.blocklist import Blocklist, Term
from trends.models import BlockedTerm, TrendTopic
from trends.own import Tag

LEARNED_FROM = "youtube"
MOST_EXAMPLES = 4000
EARLIER = 60  # pieces of one's own
OFFERED = 12
SET = 6  # at most, without anybody looking
FIT = hashtags.TREND_FLOOR


@dataclass(frozen=True)
class Shown:
    """A suggestion with its reasons in words; `is_chosen`: the piece has it already."""

    tag: str
    percent: int | None
    reasons: list[str]
    is_chosen: bool


def examples() -> list[Example]:
    """Return public videos with the tags their makers gave them, the newest first: one statement."""
    rows = (
        TrendTopic.objects.filter(source_kinds__contains=[LEARNED_FROM], is_blocked=False, is_example=False)
        .exclude(tags=[])
        .order_by("-last_seen_at", "-pk")
    )
    told = rows.values_list("title", "context", "tags")[:MOST_EXAMPLES]
    return [_example(title, context[0] if context else "", "", tags) for title, context, tags in told]


def tagger() -> Tagger:
    """Return the version in use; without one, the rule that needs none. One statement."""
    active = TagModel.objects.filter(is_active=True).values_list("pk", flat=True).first()
    return _loaded(str(active)) if active else Tagger([])


@lru_cache(maxsize=1)
def _loaded(key: str) -> Tagger:
    """Read a version once for each process: versions never change."""
    try:
        return Tagger.unpacked(bytes(TagModel.objects.get(pk=key).parameters))
    except tagging.BadModel:  # of another release: the next learning makes one that fits
        return Tagger([])


def of_piece(piece: GeneratedContent, own: Sequence[Tag]) -> tuple[list[Shown], bool]:
    """Return what is suggested for a piece, and whether a learned model said so. Call in the organisation's scope.

    `own`: the organisation's hashtags with what they brought.
    """
    model = tagger()
    subject = subject_of(piece.asset, author=brand_name(piece.brand_id), words=piece.text)
    found = tagging.suggest(
        replace(subject, title=piece.title or subject.title),
        model,
        earlier=earlier(piece.asset),
        live=live(piece.asset),
        about=about(piece.asset),
        refused=refused(),
        limit=OFFERED,
    )
    chosen = {tag.lower() for tag in piece.hashtags}
    brought = {one.normalized: one for one in own}
    return [_shown(one, chosen, brought) for one in found], bool(model.forests)


def for_writing(asset: ContentAsset, *, author: str, words: str, doubtful: frozenset[str]) -> list[str]:
    """Return hashtags that are good without anybody looking: likely, said, and surely heard. In its scope.

    Only a learned model is that sure; the rule suggests to people.
    """
    model = tagger()
    if not model.forests:
        return []
    subject = subject_of(asset, author=author, words=words)
    misheard = {stem(word) for word in doubtful}
    found = tagging.suggest(subject, model, earlier=earlier(asset), refused=refused(), limit=OFFERED)
    sure = [one for one in found if one.is_said and (one.chance or 0) >= tagging.SURE]
    return [one.tag for one in sure if not misheard.intersection(map(stem, normal_words(one.phrase)))][:SET]


def subject_of(asset: ContentAsset, *, author: str, words: str) -> Subject:
    """Describe an asset to the tagger: a title that a person wrote, and what is said; in the organisation's scope."""
    summary = ContentAnalysis.objects.filter(asset=asset).values_list("summary", flat=True).first() or ""
    return Subject(own_title(asset.title), author, "\n".join(filter(None, [asset.description, words, summary])))


def about(asset: ContentAsset) -> dict[str, float]:
    """Return what the asset is about, with weights 0..1: one statement."""
    keywords = ContentAnalysis.objects.filter(asset=asset).values_list("keywords", flat=True).first() or []
    return dict(map(tuple, keywords))


def earlier(asset: ContentAsset) -> list[Example]:
    """Return the brand's other pieces whose hashtags a person looked at, or that were published: one statement."""
    looked_at = Q(edited_by__isnull=False) | Q(feedback__isnull=False)
    rows = GeneratedContent.objects.filter(
        looked_at, organization_id=asset.organization_id, client_id=asset.client_id, brand_id=asset.brand_id,
        deleted_at=None,
    )  # fmt: skip
    rows = rows.exclude(asset=asset).exclude(hashtags=[]).order_by("-updated_at", "-pk")
    return [
        _example(title, "", text, tags) for title, text, tags in rows.values_list("title", "text", "hashtags")[:EARLIER]
    ]


def live(asset: ContentAsset) -> list[Live]:
    """Return the hashtags of the live topics that fit: one statement."""
    rows = TrendMatch.objects.filter(asset=asset, is_used=True, score__gte=FIT).select_related("topic")
    found = []
    for row in rows.order_by("-score", "pk")[:3]:
        note = TrendNote(row.topic.title, round(row.score), (), row.topic.names, row.topic.source_kinds)
        found += [Live(tag, row.topic.title, note.score) for tag in hashtags.candidates_of(note) if row.evidence]
    return [one for one in found if one.tag]


def refused() -> Callable[[str], bool]:
    """Return what says whether the installation blocks a tag: one statement."""
    rows = BlockedTerm.objects.filter(is_active=True).values_list("pk", "normalized", "match")
    blocklist = Blocklist(Term(closed, match, key) for key, closed, match in rows.order_by("normalized", "match"))
    return lambda tag: blocklist.first([tag, f"#{tag.replace(' ', '')}"]) is not None


def _example(title: str, author: str, text: str, tags: Sequence[str]) -> Example:
    normal = dict.fromkeys(map(tagging.normal_tag, tags))
    return Example(Subject(title, author, text), [tag for tag in normal if tag])


def _shown(one: Suggestion, chosen: set[str], brought: Mapping[str, Tag]) -> Shown:
    told = [words for reason in one.reasons if (words := in_words(reason))]
    known = brought.get(one.tag.lower())
    if known and known.effect.verdict in {"helped", "hurt"}:
        told.append(
            _("posts of yours with it got %(ratio)s times what is usual, of %(n)s")
            % {"ratio": known.effect.ratio, "n": known.effect.n}
        )
    percent = None if one.chance is None else round(100 * one.chance)
    return Shown(one.tag, percent, told, one.tag.lower() in chosen)


def in_words(reason: Reason) -> str:
    """Say what speaks for a tag."""
    given = {"n": reason.count, "of": reason.of, "name": reason.name}
    counted = {
        Why.SAID: ngettext("said once", "said %(n)s times", reason.count),
        Why.EARLIER: ngettext("on one of your last %(of)s pieces", "on %(n)s of your last %(of)s pieces", reason.count),
        Why.ALIKE: _("%(n)s makers of videos like it use it, the nearest is “%(name)s”"),
        Why.LIVE: _("“%(name)s” is live and fits with %(n)s of 100"),
    }
    plain = {
        Why.AUTHOR: _("your own name"),
        Why.PART: _("a part of the title by itself"),
        Why.TITLE: _("in the title"),
        Why.HASHTAG: _("written as a hashtag"),
        Why.WORDS: _("its words are said"),
        Why.ABOUT: _("what the whole is about"),
    }
    return (counted.get(reason.why) or plain[reason.why]) % given
