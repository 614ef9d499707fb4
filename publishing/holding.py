"""What is on hold: the condition under which a post may go out, and which holds stand over what is shown."""

import uuid
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Membership
from publishing.models import PlatformConnection, PostingHold, ScheduledPost


def _over() -> Q:
    """Return which holds stand over a post: of everything, of its client, of its account or that account's client."""
    client, account = OuterRef("client_id"), OuterRef("connection_id")
    everything = Q(client=None, connection=None)
    of_client = Q(connection=None) & (Q(client=client) | Q(client=OuterRef("connection__client_id")))
    return everything | of_client | Q(connection=account)


def held() -> Exists:
    """Return the condition, on posts, that a hold stands over them."""
    standing = PostingHold.objects.filter(organization=OuterRef("organization_id"), ended_at=None)
    return Exists(standing.filter(_over()))


def not_held() -> Q:
    """Return the condition, on posts, under which they may go out; what is public in part already is finished."""
    return ~Q(held()) | ~Q(platform_post_id="")


def under(hold: PostingHold) -> QuerySet[ScheduledPost]:
    """Return the posts a hold stands over, whatever their state."""
    rows = ScheduledPost.objects.filter(organization_id=hold.organization_id)
    if hold.connection_id:
        return rows.filter(connection_id=hold.connection_id)
    if hold.client_id:
        return rows.filter(Q(client_id=hold.client_id) | Q(connection__client_id=hold.client_id))
    return rows


def standing(membership: Membership) -> list[PostingHold]:
    """Return the holds that stand now and that the member may see, those of everything first; one query."""
    rows = PostingHold.objects.visible_to(membership).filter(ended_at=None)
    found = list(rows.select_related("client", "connection", "held_by").order_by("created_at"))
    return sorted(found, key=lambda hold: (bool(hold.connection_id), bool(hold.client_id)))


def standing_over(post: ScheduledPost) -> PostingHold | None:
    """Return the hold that keeps a post back, the widest one; `post.connection` must be loaded."""
    clients = {post.client_id, post.connection.client_id} - {None}
    rows = PostingHold.objects.filter(organization_id=post.organization_id, ended_at=None)
    everything, of_client = Q(client=None, connection=None), Q(connection=None, client__in=clients)
    found = rows.filter(everything | of_client | Q(connection_id=post.connection_id))
    return found.select_related("client", "connection", "held_by").order_by("created_at").first()


def held_accounts() -> Exists:
    """Return the condition, on accounts, that a hold keeps back everything of theirs."""
    everything = Q(client=None, connection=None)
    of_client = Q(connection=None, client=OuterRef("client_id"))
    rows = PostingHold.objects.filter(organization=OuterRef("organization_id"), ended_at=None)
    return Exists(rows.filter(everything | of_client | Q(connection=OuterRef("pk"))))


def over_account(connection: PlatformConnection) -> PostingHold | None:
    """Return the hold that keeps everything of an account back, the oldest one."""
    rows = PostingHold.objects.filter(organization_id=connection.organization_id, ended_at=None)
    everything = Q(client=None, connection=None)
    if connection.client_id:
        everything |= Q(connection=None, client_id=connection.client_id)
    found = rows.filter(everything | Q(connection=connection))
    return found.select_related("client", "connection", "held_by").order_by("created_at").first()


def held_ids(posts: Iterable[ScheduledPost], organization_id: uuid.UUID) -> set[uuid.UUID]:
    """Return which of these posts are held; one query, and none for no posts."""
    keys = [post.pk for post in posts]
    if not keys:
        return set()
    rows = ScheduledPost.objects.filter(organization_id=organization_id, pk__in=keys)
    return set(rows.filter(held()).values_list("pk", flat=True))
