"""Commands on ideas: keep one, change it, put it aside, bring it back."""

from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import BrandProfile, Membership
from content.intake.fetching import Article, MediaLink
from content.models import Prompt
from trends.models import TrendTopic

MOST_MATERIAL = 60_000  # characters of a page
LONGEST_TEXT = 5_000
HASHTAG_TOPICS = 3


class NothingToRead(Exception):
    """The link leads to a media file, which is an asset and no idea."""

    def __init__(self) -> None:
        super().__init__(_("This link leads to a media file. Add it in the Library; ideas are made of words."))


def create(
    *,
    text: str,
    by: Membership,
    brand: BrandProfile | None = None,
    topic: TrendTopic | None = None,
    page: Article | MediaLink | None = None,
    hashtag: str = "",
    tags: Sequence[str] = (),
) -> Prompt:
    """Keep an idea: own words, with a live topic, a page that was read, or a hashtag. Raises NothingToRead."""
    if isinstance(page, MediaLink):
        raise NothingToRead
    row = Prompt(organization_id=by.organization_id, client_id=by.client_for(brand), brand=brand, created_by=by.user)
    row.text, row.tags = text[:LONGEST_TEXT], list(tags)
    if page is not None:
        row.source, row.url, row.material = Prompt.Source.LINK, page.url[:1000], page.text[:MOST_MATERIAL]
        row.text = row.text or page.title[:300]
    elif topic is not None:
        _about_topic(row, topic)
    elif hashtag:
        _about_hashtag(row, hashtag)
    row.save(force_insert=True)
    audit.record("idea.created", row, organization_id=row.organization_id, by=by, source=row.source)
    return row


def _about_topic(row: Prompt, topic: TrendTopic) -> None:
    row.source, row.topic = Prompt.Source.TRENDING_TOPIC, topic
    row.text, row.material = row.text or topic.title, "\n".join(topic.context)[:MOST_MATERIAL]


def _about_hashtag(row: Prompt, hashtag: str) -> None:
    """Take along what is known of the hashtag: the live topics of that name, and what is said about them."""
    row.source, row.hashtag = Prompt.Source.HASHTAG, hashtag.lstrip("#")[:100]
    row.text = row.text or f"#{row.hashtag}"
    spelled = row.hashtag.lower()
    live = TrendTopic.objects.filter(is_blocked=False).exclude(status=TrendTopic.Status.EXPIRED)
    named = Q(normalized=spelled) | Q(names__contains=[row.hashtag]) | Q(names__contains=[f"#{row.hashtag}"])
    named |= Q(tags__contains=[spelled])
    found = list(live.filter(named).defer("embedding").order_by("-score", "pk")[:HASHTAG_TOPICS])
    if found:
        row.topic = found[0]
        row.material = "\n".join(line for each in found for line in each.context)[:MOST_MATERIAL]


def describe(prompt: Prompt, *, fields: Collection[str], by: Membership) -> None:
    """Save an idea's words, tags and brand as they stand on it."""
    if "brand" in fields:
        prompt.client_id = by.client_for(prompt.brand, otherwise=prompt.client_id)
    prompt.save(update_fields=["text", "tags", "brand", "client", "updated_at"])
    audit.record("idea.changed", prompt, organization_id=prompt.organization_id, by=by, fields=sorted(fields))


def move(brand: BrandProfile) -> None:
    """Make a brand's ideas, with their scripts and what was spoken of those, the work of the client it belongs to."""
    Prompt.objects.filter(organization_id=brand.organization_id, brand=brand).update(client_id=brand.client_id)


def delete(prompt: Prompt, *, by: Membership) -> bool:
    """Put an idea aside with its scripts; False when it was already."""
    if not Prompt.objects.filter(pk=prompt.pk, deleted_at=None).update(deleted_at=timezone.now()):
        return False
    audit.record("idea.deleted", prompt, organization_id=prompt.organization_id, by=by)
    return True


def restore(prompt: Prompt, *, by: Membership) -> bool:
    """Bring an idea back; False when it was never away."""
    if not Prompt.objects.filter(pk=prompt.pk).exclude(deleted_at=None).update(deleted_at=None):
        return False
    audit.record("idea.restored", prompt, organization_id=prompt.organization_id, by=by)
    return True
