"""What the demo's pages of numbers show: half a year of three practice accounts, an example artist, an example shop.

Days, sums, figures, lessons and credits are made by what makes them for everybody. Accounts and posts are practice
ones, and so flagged on every page; what has no such flag is named an example and stands under `.example`.
"""

import copy
import datetime as dt
import math
import random
from collections.abc import Sequence
from decimal import Decimal

from accounts import tenancy
from accounts.models import BrandProfile, ClientAccount, Membership
from accounts.services import clients
from analytics import best_times, figures, learning
from analytics.collection import days, worth
from analytics.collection.writing import Brought, Origin, write_days
from analytics.events import keeping
from analytics.events import rollup as event_sums
from analytics.models import AudienceSnapshot, MeasuredPost, TrackedAccount
from analytics.rollups import posts as post_sums
from analytics.services import day_entry, events, metric_imports, tracking
from analytics.services.worth import enter_cost
from content.models import ContentAsset
from publishing.models import PlatformConnection, PracticeAccount
from publishing.platforms.counting import DayFigures
from publishing.platforms.practice import DAY_FIGURES
from publishing.practice import network
from publishing.services import connections
from trenddrop import demo_advice, demo_aims, demo_history, demo_search, demo_shop
from trenddrop.demo_history import CLIP, DAY, Past

KESAR = Past(
    [
        ("ceramides", "ceramides", 1.6), ("sunscreen indoors", "sunscreen", 1.1), ("hard water", "hardwater", 0.9),
        ("night creams", "skincare", 0.9), ("rose water", "rosewater", 0.6),
        ("a sore skin barrier", "skinbarrier", 1.3), ("three steps in the morning", "monsoonskin", 1.1),
    ],
    [
        "{1}: what the lab sheet says.", "Asked in the shop: what about {0}?", "The short answer on {0}.",
        "What we got wrong about {0}.", "{1}, explained in thirty seconds.",
        "Two weeks with {0}: what forty people saw.",
        "Myth or not: {0}.", "{1} when it rains for a month.", "A question about {0} that we did not expect.",
        "{1}: when less is more.", "Before you buy anything for {0}.", "What a chemist says about {0}.",
        "{1}, and what your grandmother knew.", "Our first mistake with {0}.",
    ],
    "kesarnaturals", every=1.9, since=183, until=10,
)  # fmt: skip
CHAI = Past(
    [
        ("cutting chai", "cuttingchai", 1.2), ("the monsoon menu", "monsoonsnacks", 1.3),
        ("bun maska", "bunmaska", 1.1), ("ginger", "adrak", 0.9), ("tea leaves after the cup", "tealeaves", 0.7),
    ],
    ["Four in the afternoon, {0}.", "{1}: how it is made.", "Who taught us {0}.", "{1}, and a wet umbrella.",
     "A table for two, {0}.", "Ask us about {0}.", "{1} on a Sunday."],
    "chaipoint", every=4.2, since=120, until=1,
)  # fmt: skip
MIRA = Past(
    [("Petrichor", "petrichor", 1.0)],
    ["{1}, the first twenty seconds.", "How the drums on {0} came about.", "{1}, played on a terrace.",
     "Rain on the tape: {0}.", "{1}, the quiet version."],
    "miravale", every=17, since=82, until=2, kinds=(CLIP,),
)  # fmt: skip
ARTIST = "Mira Vale (example)"
AUDIENCE = {
    "country": {"IN": 0.71, "AE": 0.07, "GB": 0.05, "US": 0.05, "SG": 0.03, "NP": 0.02},
    "city": {"Pune": 0.24, "Mumbai": 0.19, "Bengaluru": 0.13, "Delhi": 0.08, "Dubai": 0.05, "Nashik": 0.03},
    "age": {"13-17": 0.03, "18-24": 0.31, "25-34": 0.39, "35-44": 0.17, "45-54": 0.07, "55-64": 0.03},
    "gender": {"female": 0.72, "male": 0.26, "other": 0.02},
}
CITIES = [("Pune", 410), ("Mumbai", 388), ("Bengaluru", 265), ("Delhi", 190), ("Kolkata", 96), ("London", 41)]
TYPES = (*["view"] * 30, *["like"] * 12, *["comment"] * 3, *["share"] * 2, *["save"] * 3, *["follow"] * 2)


def gather(owner: Membership, brand: BrandProfile, connection: PlatformConnection, *, now: dt.datetime) -> None:
    """Fill every page of numbers; nothing of it reaches a platform."""
    with tenancy.of_member(owner):
        chai = ClientAccount.objects.get(organization_id=owner.organization_id, name="Chai Point")
        mira = clients.add(ClientAccount(name=ARTIST, brand_colors=["#31456a", "#e9edf5"]), by=owner)
    accounts = [
        (KESAR, connection),
        (CHAI, connections.connect_practice(name="Chai Point", by=_for(owner, chai), now=now)),
        (MIRA, connections.connect_practice(name="Mira Vale", by=_for(owner, mira), now=now)),
    ]
    with tenancy.of_member(owner):
        originals = [_post(owner, brand, past, account, now=now) for past, account in accounts]
        for _past, account in accounts:
            _count_days(account, now=now)
        _artist(owner, mira, now=now)
        _audience(connection, now=now)
        _events(owner, connection, now=now)
        figures.refresh(list(MeasuredPost.objects.filter(organization_id=owner.organization_id)), now=now)
        _costs(owner, originals, now=now)
        demo_search.gather(owner, originals[0], now=now)
    learning.learn_due(now=now)
    best_times.find_best_times(now=now)
    demo_advice.gather(owner.organization_id, now=now)
    event_sums.roll_up_due(now=now)
    demo_shop.gather(owner, brand, connection, now=now)
    post_sums.roll_up(owner.organization_id, now=now, anew=True)
    worth.recalculate_due(now=now)
    demo_aims.gather(owner, connection, now=now)


def _for(owner: Membership, client: ClientAccount) -> Membership:
    """The owner, at work for one client."""
    at_work = copy.copy(owner)
    at_work.narrowed_to = client.pk
    return at_work


def _post(
    owner: Membership, brand: BrandProfile, past: Past, account: PlatformConnection, *, now: dt.datetime
) -> ContentAsset:
    brand_of = BrandProfile.objects.filter(organization_id=owner.organization_id)
    asset = ContentAsset.objects.create(
        organization_id=owner.organization_id,
        client_id=account.client_id,
        brand=brand if account.client_id == brand.client_id else brand_of.filter(client_id=account.client_id).first(),
        kind=ContentAsset.Kind.BLOG,
        title=f"Half a year of @{past.tag}",
        text="\n\n".join(saying.format(*_words(past)) for saying in past.sayings),
        status=ContentAsset.Status.READY,
        created_by=owner.user,
        is_example=True,
    )
    demo_history.write(asset, account, demo_history.posted(past, now=now), now=now)
    return asset


def _words(past: Past) -> tuple[str, str]:
    words = past.subjects[0][0]
    return words, words[:1].upper() + words[1:]


def _count_days(connection: PlatformConnection, *, now: dt.datetime) -> None:
    """Take the days that the practice network tells of, as its adapter reads them."""
    tracked = days.follow(connection, now=now)
    account = PracticeAccount.objects.get(pk=connection.account_id)
    told = network.days_of(account, first=now.date() - 400 * DAY, last=now.date(), now=now)
    read = [
        DayFigures(each.date, {ours: getattr(each, theirs) for theirs, ours in DAY_FIGURES.items()}, settled=each.final)
        for each in told
    ]
    write_days(tracked, read, Brought(Origin.PRACTICE), now=now)
    TrackedAccount.objects.filter(pk=tracked.pk).update(last_at=now)


def _artist(owner: Membership, client: ClientAccount, *, now: dt.datetime) -> None:
    """Let an example artist's days come from a file, as Spotify for Artists gives it out, and a few by hand."""
    whose = tracking.Whose(client=client)
    account = tracking.add_by_hand("spotify", ARTIST, by=owner, whose=whose)
    TrackedAccount.objects.filter(pk=account.pk).update(is_simulated=True)
    account.refresh_from_db()
    file = metric_imports.bring(account, _streams(now.date()), name="example-timeline.csv", by=owner, now=now)
    metric_imports.take_in(file, by=owner, now=now)
    clip = _clip_days(now.date())[1]
    lists = [{"title": "Example: Rainy day indie", "followers": 18_400, "position": 31}]
    day_entry.enter(account, clip - DAY, {"editorial_playlists": []}, by=owner, now=now)
    day_entry.enter(account, clip + 3 * DAY, {"editorial_playlists": lists}, by=owner, now=now)
    cities = [{"name": name, "count": count} for name, count in CITIES]
    day_entry.enter(account, now.date() - DAY, {"top_cities": cities, "editorial_playlists": lists}, by=owner, now=now)


def _clip_days(today: dt.date) -> list[dt.date]:
    """When the artist's clips went live, the first first."""
    rows = MeasuredPost.objects.filter(post__hashtags__contains=[MIRA.tag], published_at__date__lte=today)
    return [
        at.astimezone(demo_history.INDIA).date()
        for at in rows.order_by("published_at").values_list("published_at", flat=True)
    ]


def _streams(today: dt.date) -> bytes:
    """Half a year of days: more at weekends, and for a week after two of the clips a good deal more."""
    chance, clips = random.Random(ARTIST), _clip_days(today)
    lifted = {clips[1]: 0.35, clips[-2]: 0.55}
    lines, followers = ["date,listeners,streams,followers,saves,playlist adds"], 2140
    for number in range(182, 0, -1):
        day = today - number * DAY
        usual = 640 * (1.0, 0.96, 0.98, 1.02, 1.16, 1.24, 1.13)[day.weekday()]
        more = sum(by * math.exp(-(day - clip).days / 6) for clip, by in lifted.items() if 0 <= (day - clip).days < 14)
        streams = round(usual * (1 + more) * math.exp(chance.gauss(0, 0.06)))
        followers += max(0, round(streams * 0.006 + chance.gauss(0, 2)))
        lines.append(f"{day},{round(streams * 0.63)},{streams},{followers},{streams // 55},{streams // 90}")
    return "\n".join(lines).encode()


def _audience(connection: PlatformConnection, *, now: dt.datetime) -> None:
    """Say who follows the practice account: made up, as the flag on the page says."""
    account = connection.tracked
    for back, shift in ((36, 0.03), (1, 0.0)):
        AudienceSnapshot.objects.bulk_create(
            AudienceSnapshot(
                organization_id=account.organization_id,
                account=account,
                kind=kind,
                date=now.date() - back * DAY,
                shares={
                    key: round(share * (1 - shift * (2 - place)), 4) for place, (key, share) in enumerate(parts.items())
                },
                of="followers",
                counted=1180 - 4 * back,
                origin=Origin.PRACTICE,
            )
            for kind, parts in AUDIENCE.items()
        )


def _events(owner: Membership, connection: PlatformConnection, *, now: dt.datetime) -> None:
    """Tell what people did with the posts of the last weeks, one event each, through the door for programs."""
    keeping.keep_partitions(now=now)
    rows = MeasuredPost.objects.filter(connection=connection, published_at__gte=now - 14 * DAY)
    chance, told = random.Random(connection.platform), []
    for row in rows.order_by("published_at"):
        for number in range(70):
            at = row.published_at + dt.timedelta(hours=chance.expovariate(1 / 9))
            who = {
                "country": _one_of("country", chance), "age_range": _one_of("age", chance),
                "gender": _one_of("gender", chance), "person": f"example-{chance.randrange(260)}",
            }  # fmt: skip
            told.append(
                {"id": f"example-{row.post_id.hex}-{number}", "post": str(row.post_id), "type": chance.choice(TYPES),
                 "happened_at": min(at, now)} | (who if chance.random() < 0.85 else {})
            )  # fmt: skip
    for start in range(0, len(told), events.MOST):
        events.receive(told[start : start + events.MOST], by=owner, now=now)


def _one_of(kind: str, chance: random.Random) -> str:
    parts = AUDIENCE[kind]
    return chance.choices(list(parts), list(parts.values()))[0]


def _costs(owner: Membership, originals: Sequence[ContentAsset], *, now: dt.datetime) -> None:
    """Say what two originals cost: one by its hours, one guessed."""
    kesar, chai, _mira = originals
    enter_cost(
        kesar, by=owner, now=now, currency="INR", hours=Decimal("6.5"), hourly_rate=Decimal(450), money=Decimal(1200),
        notes="Example: the hours of two people, and a day of shooting.",
    )  # fmt: skip
    enter_cost(
        chai, by=owner, now=now, currency="INR", money=Decimal(4000), is_estimated=True, notes="Example: a guess.",
    )  # fmt: skip
