"""What the demo's people plan and approve: a queue, a draft, a named calendar, and a client's pieces to say yes to."""

import datetime as dt

from accounts import tenancy
from accounts.models import BrandProfile, ClientAccount, Membership
from content.models import ContentAsset, GeneratedContent
from content.services import handwritten
from content.services.handwritten import Words
from publishing.models import PlatformConnection
from publishing.services import calendars, desk, posts, queue, slots
from publishing.services.approvals import asking, deciding, workflows
from publishing.services.approvals.workflows import StageDraft, Who

INDIA = "Asia/Kolkata"
WORKDAYS, SATURDAY = range(5), 5
QUEUED = [
    ("linkedin", "We publish the lab sheet of every batch. Here is what the numbers mean, line by line."),
    ("mastodon", "Monsoon rule of thumb: if it foams a lot, it takes a lot. Your skin wants its oil back."),
    ("bluesky", "Three things that survive humid weather on a shelf, and two that do not. #monsoonskin"),
]
DRAFT = "A week without a serum: what forty people told us. Numbers follow on Friday."
FOR_THE_CLIENT = [
    ("instagram", "Baarish, a wet umbrella and one cutting chai. Our monsoon menu starts this week. #chaipoint"),
    ("linkedin", "Forty thousand cups a day leave forty thousand spoons of leaves. This is where they go now."),
]
INTENTIONS = [
    (3, "mastodon", "What humidity does to a cream", "Answers what people ask in the shop most this month."),
    (6, "linkedin", "How we choose a supplier", "Nothing for people in the trade went out for weeks."),
    (9, "bluesky", "Ask us anything about sunscreen", "Questions bring the most answers on this account."),
]


def gather(owner: Membership, brand: BrandProfile, connection: PlatformConnection, *, now: dt.datetime) -> None:
    """Plan a fortnight on the practice network, and ask for two approvals; nothing of it reaches a platform."""
    with tenancy.of_organization(owner.organization_id):
        team = Membership.objects.filter(organization=owner.organization, role=Membership.Role.CREATOR)
        ben = team.select_related("user", "organization").earliest("created_at")
    with tenancy.of_member(owner):
        _queue(owner, brand, connection, now=now)
        _calendar(owner, brand, now=now)
        _approvals(owner, ben, now=now)


def _queue(owner: Membership, brand: BrandProfile, connection: PlatformConnection, *, now: dt.datetime) -> None:
    slots.add(connection, weekdays=list(WORKDAYS), at=dt.time(9, 30), zone=INDIA, by=owner)
    slots.add(connection, weekdays=[SATURDAY], at=dt.time(11, 0), zone=INDIA, by=owner)
    for platform, text in QUEUED:
        queue.add(_piece(owner, brand, platform, text), connection=connection, by=owner, now=now + dt.timedelta(days=1))
    at = (now + dt.timedelta(days=8)).date()
    posts.schedule(
        _piece(owner, brand, "bluesky", DRAFT),
        connection=connection,
        at_local=dt.datetime.combine(at, dt.time(18, 0)),
        zone=INDIA,
        by=owner,
        now=now,
        as_draft=True,
    )


def _calendar(owner: Membership, brand: BrandProfile, *, now: dt.datetime) -> None:
    today = now.date()
    calendar = calendars.create(
        name="The rainy fortnight",
        starts_on=today,
        ends_on=today + dt.timedelta(days=14),
        description="What people ask us when it rains, before they ask somebody else.",
        brand=brand,
        by=owner,
    )
    for days, platform, title, reason in INTENTIONS:
        when = {"date": today + dt.timedelta(days=days), "timezone": INDIA}
        calendars.add(calendar, by=owner, fields=when | {"platform": platform, "title": title, "reason": reason})


def _approvals(owner: Membership, ben: Membership, *, now: dt.datetime) -> None:
    """One piece waits for Asha, another for the client; the desk has a look to take."""
    client = ClientAccount.objects.get(organization_id=owner.organization_id, name="Chai Point")
    brand = BrandProfile.objects.filter(organization_id=owner.organization_id, client=client).first()
    stages = [
        StageDraft("We", [Who("member", member=owner)], hours=24),
        StageDraft("Chai Point", [Who("client")], hours=48),
    ]
    workflows.create(by=owner, name="Chai Point says yes", client=client, stages=stages)
    ours, theirs = [_piece(ben, brand, platform, text, client=client) for platform, text in FOR_THE_CLIENT]
    asking.ask(ours, by=ben, now=now, note="Is the menu out on Monday or on Tuesday?")
    request = asking.ask(theirs, by=ben, now=now)
    deciding.approve(request, by=owner, seen=request.seen_as, now=now)
    desk.request_look(theirs, kind="copywriter", by=ben, now=now, brief="Forty thousand cups: is there a source?")


def _piece(
    by: Membership, brand: BrandProfile | None, platform: str, text: str, *, client: ClientAccount | None = None
) -> GeneratedContent:
    client_id = client.pk if client else None
    asset = handwritten.keep_original(text=text, title="", client_id=client_id, brand=brand, by=by)
    ContentAsset.objects.filter(pk=asset.pk).update(is_example=True)
    return handwritten.write(asset, platform=platform, words=Words(text=text), by=by)
