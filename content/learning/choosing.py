"""What was chosen for a piece, as it was sent: its opening, length, format, hashtags, call, style, trend, time."""

import datetime as dt
from dataclasses import replace

from content.models import GeneratedContent, LibraryKind, LibraryUse, TemplateKind, TemplateUse, TrendMatch
from content.understanding import levers, posts
from content.understanding.posts import Post


def chosen(piece: GeneratedContent, post: Post, *, sent_at: dt.datetime | None = None) -> dict[str, str]:
    """Return each choice and its value; `sent_at` by the account's clock. Call in the organisation's scope."""
    uses = list(LibraryUse.objects.filter(piece=piece).select_related("item").order_by("-created_at"))
    calls = [one.item.call_kind for one in uses if one.item.kind == LibraryKind.CALL_TO_ACTION]
    said = [one.words for one in uses if one.item.kind == LibraryKind.CALL_TO_ACTION]
    call = next((kind for kind, words in zip(calls, said, strict=True) if words == post.call_to_action), "")
    sent = levers.Sent(
        kind=piece.kind,
        at=sent_at,
        trend_began=_trend_began(piece, post, sent_at),
        template=_template(piece, uses),
        call_kind=call if post.call_to_action else "",
    )
    return levers.choices(post, sent)


def _template(piece: GeneratedContent, uses: list[LibraryUse]) -> str:
    """The caption template of the library that it was written with, else the caption style it was made with."""
    written = next((str(one.item_id) for one in uses if one.item.kind == LibraryKind.CAPTION), "")
    if written:
        return written
    made = TemplateUse.objects.filter(piece=piece, template__kind=TemplateKind.CAPTION_STYLE)
    return str(made.order_by("-created_at").values_list("template_id", flat=True).first() or "")


def _trend_began(piece: GeneratedContent, post: Post, sent_at: dt.datetime | None) -> dt.datetime | None:
    """When the youngest trend began that the post names; None where it names none."""
    rows = TrendMatch.objects.filter(asset=piece.asset_id, is_used=True).select_related("topic")
    began = []
    for match in rows.defer("topic__embedding"):
        topic = match.topic
        if posts.names_trend(replace(post, trends=[topic.title, *topic.names])):
            began.append(topic.started_at or topic.first_detected_at)
    earlier = [one for one in began if sent_at is None or one <= sent_at]
    return max(earlier or began, default=None)
