"""What is believed of each account's choices, reckoned anew from its settled posts, and what may be said aloud."""

import datetime as dt
import hashlib
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts import tenancy
from analytics.advising import choosing, evidence, pooling, universe
from analytics.advising.posterior import USUAL_SPREAD, Belief, Model, Pair, Prior, learnt
from analytics.models import ArmPrior, SuggestionArm
from analytics.queries.advice import FEWEST, Settled, priors
from content.libraries.results import uses_that_stand
from content.models import TemplateUse
from publishing.models import PlatformConnection
from trenddrop.core.platforms import PlatformKey

MADE_UP = PlatformKey.PRACTICE
FEWEST_ORGANIZATIONS, FEWEST_POSTS = 5, 30  # behind what is told to others
MOST_TAGS, FEWEST_USES = 30, 3
AT_ONCE = 500
BELIEVED = 0.8  # how probable what is claimed must be by the model of all choices together


@dataclass(frozen=True)
class Believed:
    """An account with its posts and what is believed."""

    connection: PlatformConnection
    posts: Sequence[Settled]
    model: Model


@dataclass(frozen=True)
class Arm:
    """A row to be: what is believed of one value, from where it began, with the evidence."""

    pair: Pair
    belief: Belief
    begin: Belief
    posts: int
    others: int
    share: float
    evidence: float
    beside: float


def seed_of(*parts: object) -> int:
    """Return a seed that is the same for the same parts."""
    return int.from_bytes(hashlib.sha256(":".join(map(str, parts)).encode()).digest()[:7])


def believe(
    connections: Sequence[PlatformConnection], by_account: Mapping[uuid.UUID, Sequence[Settled]]
) -> list[Believed]:
    """Return the accounts about which enough is known, each believed from where accounts like it begin.

    Accounts of one client speak for each other, never those of another client. Call in the organisation's scope.
    """
    known = [one for one in connections if len(by_account.get(one.pk, ())) >= FEWEST]
    base = priors({one.platform for one in known})
    kin: dict[tuple[uuid.UUID | None, bool], dict[Pair, list[pooling.Estimate]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in known:
        told = [(post.choices, post.log) for post in by_account[one.pk]]
        own = pooling.estimates_of(told, account=str(one.pk), organization="", platform=one.platform)
        for pair, estimate in own.items():
            kin[one.client_id, one.platform == MADE_UP][pair].append(estimate)
    return [
        Believed(one, by_account[one.pk], _model(one, by_account[one.pk], kin, base.get(one.platform, {})))
        for one in known
    ]


def _model(
    one: PlatformConnection,
    own: Sequence[Settled],
    kin: Mapping[tuple[uuid.UUID | None, bool], Mapping[Pair, Sequence[pooling.Estimate]]],
    base: Mapping[Pair, tuple[float, float]],
) -> Model:
    near = pooling.prior_for(one.platform, kin[one.client_id, one.platform == MADE_UP], without=str(one.pk), base=base)
    pairs = universe.pairs(post.choices for post in own)
    return learnt([post.post for post in own], pairs, Prior({**base, **near.effects}))


# What may be said


def arms_of(one: Believed) -> list[Arm]:
    """Return every value of an account's choices with belief and evidence, and what it used, thing by thing."""
    posts = [each.post for each in one.posts]
    habit = one.model.habit(posts)
    seed = seed_of(one.connection.pk, "ties")
    judge = evidence.Judge([post.log for post in posts], one.model.beside, seed=seed)
    found = []
    for each in choosing.learnt(one.model, posts, habit):
        flags = [post.choices.get(each.choice) == each.value for post in posts]
        contrast = one.model.against_habit(each.choice, each.value, habit)
        begin = Belief(float(contrast @ one.model.start), float(contrast @ one.model.origin[1] @ contrast) ** 0.5)
        won, beside = judge.of(each.choice, flags)
        pair = (each.choice, each.value)
        found.append(Arm(pair, each.belief, begin, each.posts, each.others, each.share, won, beside))
    return found + _used(one, judge)


def _used(one: Believed, judge: evidence.Judge) -> list[Arm]:
    """Hashtags, library items and templates: each by itself, posts with it against posts without."""
    with_it: dict[Pair, set[uuid.UUID]] = defaultdict(set)
    for post in one.posts:
        for tag in post.hashtags:
            with_it[universe.TAG, tag[:80]].add(post.piece_id)
    pieces = {post.piece_id for post in one.posts}
    items = uses_that_stand().filter(piece__in=pieces).values_list("item_id", "piece_id")
    looks = TemplateUse.objects.filter(piece__in=pieces).values_list("template_id", "piece_id")
    for kind, uses in ((universe.ITEM, items), (universe.LOOK, looks)):
        for key, piece in uses:
            with_it[kind, str(key)].add(piece)
    often = {pair: mine for pair, mine in with_it.items() if len(mine) >= FEWEST_USES}
    tags = sorted((pair for pair in often if pair[0] == universe.TAG), key=lambda pair: (-len(often[pair]), pair))
    chosen = [*tags[:MOST_TAGS], *(pair for pair in often if pair[0] != universe.TAG)]
    return [arm for pair in chosen if (arm := _marginal(pair, often[pair], one.posts, judge))]


def _marginal(pair: Pair, mine: Collection[uuid.UUID], posts: Sequence[Settled], judge: evidence.Judge) -> Arm | None:
    flags = [post.piece_id in mine for post in posts]
    told = [({pair[0]: "yes" if flag else "no"}, post.log) for flag, post in zip(flags, posts, strict=True)]
    found = pooling.estimates_of(told, account="", organization="", platform="").get((pair[0], "yes"))
    if found is None:
        return None
    begin = Belief(0.0, USUAL_SPREAD)
    weight = 1 / found.variance + 1 / begin.deviation**2
    belief = Belief(found.mean / found.variance / weight, weight**-0.5)
    count = sum(flags)
    won, beside = judge.of(pair[0], flags)
    return Arm(pair, belief, begin, count, len(posts) - count, count / len(posts), won, beside)


def claims(arms: Mapping[uuid.UUID, Sequence[Arm]]) -> set[tuple[uuid.UUID, Pair]]:
    """Return what stands against everything that was asked of an organisation at once, and is believed too."""
    every = {(account, arm.pair): arm for account, own in arms.items() for arm in own}
    asked = {key: arm.evidence for key, arm in every.items()}
    beside = {key: arm.beside for key, arm in every.items()}
    found = evidence.claims(asked, beside=beside)
    return {key for key in found if not 1 - BELIEVED < every[key].belief.sure < BELIEVED}


def save(
    believed: Iterable[Believed], *, now: dt.datetime
) -> tuple[dict[uuid.UUID, list[Arm]], set[tuple[uuid.UUID, Pair]]]:
    """Keep what is believed, and return it with what may be claimed. Call in the organisation's scope."""
    every = list(believed)
    arms = {one.connection.pk: arms_of(one) for one in every}
    said = claims(arms)
    rows = [
        _row(one, arm, is_claim=(one.connection.pk, arm.pair) in said, now=now)
        for one in every
        for arm in arms[one.connection.pk]
    ]
    kept = ("client_id", "posts", "mean", "variance", "prior_mean", "prior_variance", "share", "others", "evidence",
            "is_claim", "last_at", "is_simulated", "updated_at")  # fmt: skip
    SuggestionArm.objects.bulk_create(
        rows,
        AT_ONCE,
        update_conflicts=True,
        unique_fields=["connection", "dimension", "value"],
        update_fields=[name.removesuffix("_id") if name == "client_id" else name for name in kept],
    )
    SuggestionArm.objects.filter(connection__in=list(arms), last_at__lt=now).delete()
    return arms, said


def _row(one: Believed, arm: Arm, *, is_claim: bool, now: dt.datetime) -> SuggestionArm:
    return SuggestionArm(
        organization_id=one.connection.organization_id,
        client_id=one.connection.client_id,
        connection=one.connection,
        dimension=arm.pair[0],
        value=arm.pair[1],
        posts=arm.posts,
        mean=arm.belief.mean,
        variance=arm.belief.deviation**2,
        prior_mean=arm.begin.mean,
        prior_variance=arm.begin.deviation**2,
        share=arm.share,
        others=arm.others,
        evidence=min(arm.evidence, 1e12),
        is_claim=is_claim,
        last_at=now,
        is_simulated=one.connection.platform == MADE_UP,
        updated_at=now,
    )


# What is usual on a platform, over organisations


def pool(*, now: dt.datetime) -> int:
    """Reckon what is usual on each platform from all organisations, where enough stand behind it; return how many.

    What an account's own posts say is taken out of its belief again: the belief less where it began.
    """
    with tenancy.operator():
        estimates = _said_by_all()
        rows = [row for (platform, pair), every in estimates.items() if (row := _prior(platform, pair, every, now))]
        ArmPrior.objects.bulk_create(
            rows,
            AT_ONCE,
            update_conflicts=True,
            unique_fields=["platform", "dimension", "value"],
            update_fields=["mean", "variance", "posts", "organizations", "made_at", "updated_at"],
        )
        ArmPrior.objects.exclude(made_at=now).delete()
    return len(rows)


def _said_by_all() -> dict[tuple[str, Pair], list[pooling.Estimate]]:
    found: dict[tuple[str, Pair], list[pooling.Estimate]] = defaultdict(list)
    rows = SuggestionArm.objects.filter(
        dimension__in=list(universe.OPEN), posts__gte=pooling.FEWEST_POSTS, others__gte=pooling.FEWEST_POSTS,
        is_simulated=False,
    ).exclude(dimension="template").values_list(
        "connection__platform", "dimension", "value", "connection_id", "organization_id", "mean", "variance",
        "prior_mean", "prior_variance", "posts",
    )  # fmt: skip
    for platform, dimension, value, account, organization, mean, variance, begin, spread, posts in rows.iterator(2000):
        told = 1 / variance - 1 / spread if variance > 0 and spread > 0 else 0.0
        if told > 1e-6:
            own = (mean / variance - begin / spread) / told
            estimate = pooling.Estimate(str(account), str(organization), platform, own, 1 / told, round(posts))
            found[platform, (dimension, value)].append(estimate)
    return found


def _prior(platform: str, pair: Pair, every: Sequence[pooling.Estimate], now: dt.datetime) -> ArmPrior | None:
    found = pooling.pooled(every)
    if found.organizations < FEWEST_ORGANIZATIONS or found.posts < FEWEST_POSTS:
        return None
    return ArmPrior(
        platform=platform,
        dimension=pair[0],
        value=pair[1],
        mean=found.mean,
        variance=found.spread**2,
        posts=found.posts,
        organizations=found.organizations,
        made_at=now,
        updated_at=now,
    )
