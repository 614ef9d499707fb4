"""Planning at size: python -m benchmarks.planning [REQUESTS]

The calendar of a month with 5,000 posts of 40 accounts and 12 clients, through every middleware, beside the same SQL
sent by hand and the same template rendered with the same values; the inbox of approvals with 10,000 requests in the
same way; and one drag end to end: the POST that moves a post and answers with the month as it is then, beside the
bare UPDATE and the month's own bare side.
"""

import os
import random
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trenddrop.settings")
django.setup()

from django.conf import settings  # noqa: E402 (after setup, as everything below)
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts import tenancy  # noqa: E402
from accounts.models import ClientAccount, Membership, Organization, User  # noqa: E402
from accounts.services import organizations  # noqa: E402
from benchmarks.measuring import ratio, report, share, turns  # noqa: E402
from benchmarks.pages import bare, tape  # noqa: E402
from content.models import ContentAsset, GeneratedContent  # noqa: E402
from publishing.models import (  # noqa: E402
    ApprovalAsk,
    ApprovalDecision,
    ApprovalRequest,
    ApprovalStage,
    ApprovalWorkflow,
    PlatformConnection,
    PostingSlot,
    ScheduledPost,
)
from trenddrop.core import loading  # noqa: E402

REQUESTS = int(sys.argv[1]) if len(sys.argv) > 1 else 30
POSTS, REQUESTED, ACCOUNTS, CLIENTS, PIECES = 5000, 10_000, 40, 12, 500
PLATFORMS = ["bluesky", "mastodon", "linkedin", "instagram"]
STATES = ["scheduled"] * 6 + ["published"] * 3 + ["waiting", "draft", "failed"]
ZONES = ["Asia/Kolkata"] * 8 + ["Europe/Berlin", "America/New_York"]
QUERIES, TIMES = 19, 2.0
MONTH = datetime(2027, 3, 1, tzinfo=UTC)


def fill() -> Membership:
    """Create an agency in the middle of its work; return its owner."""
    key = uuid.uuid4().hex[:8]
    owner = User.objects.create_user(f"plan-{key}@trenddrop.example", None, full_name="Asha Menon")
    member = organizations.create(name=f"Plan {key}", owner=owner, type="agency")
    given = {"organization_id": member.organization_id}
    with tenancy.of_member(member):
        clients = ClientAccount.objects.bulk_create(
            ClientAccount(**given, name=f"Client {n}", slug=f"client-{n}") for n in range(CLIENTS)
        )
        asset = ContentAsset.objects.create(**given, kind="blog", title="Notes", status="ready", text="Rain.")
        accounts = PlatformConnection.objects.bulk_create(
            PlatformConnection(
                **given, platform=PLATFORMS[n % 4], account_id=f"{key}-{n}", handle=f"@account{n}",
                service_url=settings.SITE_URL, client=clients[n % CLIENTS],
            )
            for n in range(ACCOUNTS)
        )  # fmt: skip
        PostingSlot.objects.bulk_create(
            PostingSlot(**given, connection=account, weekday=day, at=f"{9 + day}:30", timezone="Asia/Kolkata")
            for account in accounts
            for day in range(7)
        )
        _plan(member, asset, accounts)
        _ask(member, clients)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE publishing_scheduledpost, publishing_approvalrequest, publishing_approvalask")
    return member


def _piece(
    member: Membership, asset: ContentAsset, number: int, client_id: uuid.UUID | None, **more: Any
) -> GeneratedContent:
    return GeneratedContent(
        organization_id=member.organization_id, asset=asset, platform=PLATFORMS[number % 4], client_id=client_id,
        title=f"Note {number} on monsoon skin", text="Why does your skin feel worse every monsoon? " * 8,
        **more,
    )  # fmt: skip


def _plan(member: Membership, asset: ContentAsset, accounts: list[PlatformConnection]) -> None:
    """Spread 5,000 posts over a month, as agencies do: more by day than by night."""
    chance, given = random.Random(7), {"organization_id": member.organization_id}
    pieces = GeneratedContent.objects.bulk_create(
        _piece(member, asset, n, accounts[n % ACCOUNTS].client_id, deleted_at=timezone.now() - timedelta(seconds=n))
        for n in range(PIECES)
    )
    rows = []
    for number in range(POSTS):
        at = MONTH + timedelta(days=chance.randrange(31), hours=chance.randint(3, 15), minutes=5 * chance.randrange(12))
        at += timedelta(seconds=number)  # one piece is planned once for one time
        account, state = accounts[number % ACCOUNTS], STATES[number % len(STATES)]
        rows.append(
            ScheduledPost(
                **given, client_id=account.client_id, piece=pieces[number % PIECES], piece_version=1,
                connection=account, scheduled_for=at, local_time=f"{at:%Y-%m-%dT%H:%M}",
                timezone=ZONES[number % len(ZONES)], status=state, title=pieces[number % PIECES].title,
                text=pieces[number % PIECES].text, next_try_at=at if state == "scheduled" else None,
            )
        )  # fmt: skip
    ScheduledPost.objects.bulk_create(rows, batch_size=1000)


def _ask(member: Membership, clients: list[ClientAccount]) -> None:
    """Have 10,000 pieces asked to be approved by the owner."""
    given, now = {"organization_id": member.organization_id}, timezone.now()
    workflow = ApprovalWorkflow.objects.create(**given, name="House")
    stage = ApprovalStage.objects.create(**given, workflow=workflow, name="Owner", position=0)
    assets = ContentAsset.objects.bulk_create(
        (
            ContentAsset(**given, kind="blog", title=f"Note {n}", status="ready", client=clients[n % CLIENTS])
            for n in range(REQUESTED)
        ),
        batch_size=2000,
    )
    pieces = GeneratedContent.objects.bulk_create(
        (_piece(member, asset, n, asset.client_id) for n, asset in enumerate(assets)), batch_size=2000
    )
    requests = ApprovalRequest.objects.bulk_create(
        (_request(member, piece, workflow, stage, n, now) for n, piece in enumerate(pieces)), batch_size=2000
    )
    ApprovalAsk.objects.bulk_create(
        (ApprovalAsk(**given, request=each, member=member, round=1, stage=0, due_at=each.due_at) for each in requests),
        batch_size=2000,
    )


def _request(
    member: Membership,
    piece: GeneratedContent,
    workflow: ApprovalWorkflow,
    stage: ApprovalStage,
    number: int,
    now: datetime,
) -> ApprovalRequest:
    return ApprovalRequest(
        organization_id=member.organization_id, client_id=piece.client_id, piece=piece, workflow=workflow,
        workflow_name=workflow.name, stages=[{"name": stage.name, "needs": "any", "hours": 24, "approvers": []}],
        version=1, fingerprint="0" * 64, requested_by=member.user,
        due_at=now + timedelta(minutes=number - REQUESTED // 4),
    )  # fmt: skip


def measure(name: str, client: Client, address: str) -> None:
    """Print a page's queries, and its times beside the bare side's."""
    client.get(address)
    taped = tape(client, address)
    report(f"{name}: queries", len(taped.statements), unit="queries", n=1, aim=QUERIES)
    ours, limit = turns([lambda: client.get(address), bare(taped)], REQUESTS)
    for part, label in ((0.5, "p50"), (0.95, "p95")):
        mine, other = (1000 * share(side, part) for side in (ours, limit))
        told = ratio(ours, limit) if part == 0.5 else mine / other
        report(f"{name}: {label}", mine, other, unit="ms", n=REQUESTS, ratio=told, aim=TIMES)


def drag(member: Membership, client: Client) -> None:
    """Move one post to and fro over the month, and have the month back each time."""
    with tenancy.of_member(member):
        rows = ScheduledPost.objects.filter(organization_id=member.organization_id, status="scheduled")
        post = rows.order_by("scheduled_for").first()
    assert post is not None
    back = f"?view=month&day={MONTH:%Y-%m-%d}"
    days, address = cycle(["2027-03-18", "2027-03-19"]), reverse("calendar_drop", args=[post.pk])
    taped = tape(client, reverse("calendar") + back)
    taped.template = "publishing/calendar/sheet.html"
    month = bare(taped)

    def ours() -> None:
        told = {"day": next(days), "clock": "Asia/Kolkata", "back": back}
        answer = client.post(address, told, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.content

    spent, limit = turns([ours, _updates(member, post, month)], REQUESTS)
    for part, label in ((0.5, "p50"), (0.95, "p95")):
        mine, other = (1000 * share(side, part) for side in (spent, limit))
        told = ratio(spent, limit) if part == 0.5 else mine / other
        report(f"drag of one post, end to end: {label}", mine, other, unit="ms", n=REQUESTS, ratio=told, aim=TIMES)


def _updates(member: Membership, post: ScheduledPost, month: Callable[[], None]) -> Callable[[], None]:
    def does() -> None:
        with tenancy.of_member(member), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE publishing_scheduledpost SET scheduled_for = now() WHERE id = %s", [post.pk])
            transaction.set_rollback(True)
        month()

    return does


def clear(member: Membership) -> None:
    """Take all of it away again."""
    models: list[Any] = [
        ScheduledPost, ApprovalDecision, ApprovalAsk, ApprovalRequest, ApprovalStage, ApprovalWorkflow, PostingSlot,
        GeneratedContent, ContentAsset, PlatformConnection,
    ]  # fmt: skip
    with tenancy.operator():
        for model in models:
            rows = model._base_manager.filter(organization_id=member.organization_id)
            rows._raw_delete(rows.db)  # noqa: SLF001 (nothing hangs on them that is not removed here)
        Organization.objects.filter(pk=member.organization_id).update(deleted_at=timezone.now())


def main() -> None:
    """Measure on rows of our own."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    member = fill()
    client = Client()
    client.force_login(member.user)
    loading.load_all()  # as trenddrop.wsgi does
    day = f"{MONTH:%Y-%m-%d}"
    try:
        for view in ("month", "week", "lanes", "list"):
            measure(f"{view} of 5,000 posts", client, f"{reverse('calendar')}?view={view}&day={day}")
        drag(member, client)
        try:
            measure("inbox of 10,000", client, reverse("approvals"))
        except NoReverseMatch:
            print("no inbox yet", file=sys.stderr)
    finally:
        clear(member)


if __name__ == "__main__":
    main()
