"""Questions about posts: which hours, days, kinds, lengths, hashtags, words and trends go with better results."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import Any

from analytics import comparing
from analytics.comparing import Interval
from analytics.finding import forms
from analytics.finding.asked import Asked, Thin
from analytics.finding.facts import Account, Facts, Post
from analytics.inference import ranks

LEAST = 12
MOST_OF = {"hashtag": 8, "category": 5, "says": 12}
MOST = 8
SHOWN = 60  # posts of each side behind the chart
PAIRS = 6  # of accounts, of one client
LEAST_PAIRS = 10
ORDER = ("hour", "weekday", "kind", "format", "length", "caption", "language", "category", "hashtag", "says", "trend")


def ask(facts: Facts, says: Mapping[str, str]) -> Iterator[Asked | Thin]:
    """Ask about the posts of each account, then across accounts of one client."""
    known = [each for each in facts.accounts if facts.posts.get(each.key)]
    for account in known:
        posts = facts.posts[account.key]
        if len(posts) < LEAST:
            yield Thin("posts", account.name, len(posts), LEAST, account.client)
        else:
            yield from _of_account(account, posts, says)
    by_client: dict[str, list[Account]] = {}
    for account in known:
        if len(facts.posts[account.key]) >= LEAST:
            by_client.setdefault(account.client, []).append(account)
    for accounts in by_client.values():
        most = sorted(accounts, key=lambda each: -len(facts.posts[each.key]))
        for one, other in list(combinations(most, 2))[:PAIRS]:
            yield from _across(one, other, facts.posts[one.key], facts.posts[other.key], says)


def choices(posts: Sequence[Post], dimension: str) -> list[str]:
    """Return what of a dimension is worth asking about; of two that part all posts alike, the rarer one."""
    counts = Counter(value for post in posts for value in post.features.get(dimension, ()))
    fewest, n = ranks.FEWEST, len(posts)
    found = [
        value
        for value, count in sorted(counts.items(), key=lambda each: (-each[1], each[0]))
        if fewest <= count <= n - fewest
    ]
    found = found[: MOST_OF.get(dimension, MOST)]
    if len(found) == 2 and counts[found[0]] + counts[found[1]] == n and dimension not in MOST_OF:
        return found[1:]
    return found


def _of_account(account: Account, posts: Sequence[Post], says: Mapping[str, str]) -> Iterator[Asked]:
    logs = [post.log for post in posts]
    for dimension in ORDER:
        for value in choices(posts, dimension):
            has = [value in post.features.get(dimension, ()) for post in posts]
            sides = ranks.compare(logs, has)
            if sides is not None:
                yield _asked(account, posts, dimension, value, has, sides, says)


def _asked(
    account: Account,
    posts: Sequence[Post],
    dimension: str,
    value: str,
    has: Sequence[bool],
    sides: ranks.Sides,
    says: Mapping[str, str],
) -> Asked:
    def told(effect: Interval) -> tuple[str, dict[str, str]]:
        form = forms.MORE if effect.value > 1 else forms.LESS
        words = {
            "account": account.name,
            "feature": forms.feature(dimension, value, says),
            "times": forms.times(effect.value),
            "metric": forms.METRICS[account.metric],
        }
        return form, words

    n, m = len(sides.ours), len(sides.theirs)
    question = f"trend.{value}" if dimension == "trend" else f"content.{dimension}"
    return Asked(
        kind="trend" if dimension == "trend" else "content",
        question=question,
        key=f"{question}:{account.key}:{value}"[:200],
        p=sides.p,
        sample=n + m,
        effect=effect_of(sides),
        told=told,
        basis=(forms.OF_POSTS, {"n": str(n), "m": str(m)}),
        evidence=partial(_posts, posts, has, dimension, value),
        account=account.key,
        client=account.client,
        platform=account.platform,
        metric=account.metric,
        test="stratified rank sum",
        counts={"with": n, "without": m},
        advice={"dimension": dimension, "value": value, "connection": account.connection},
        is_simulated=account.is_simulated,
    )


def effect_of(sides: ranks.Sides) -> Callable[[float], Interval]:
    """How many times as much: the median of all pairs, with the range of the rank sum."""

    def found(reach: float) -> Interval:
        return comparing.lift(sides.ours, sides.theirs, sure=reach) or Interval(1.0)

    return found


def _posts(posts: Sequence[Post], has: Sequence[bool], dimension: str, value: str) -> dict[str, Any]:
    """What the chart shows: the latest posts of each side, with how they did."""
    rows = [(post, mine) for post, mine in zip(posts, has, strict=True)]
    ours, theirs = [post for post, mine in rows if mine], [post for post, mine in rows if not mine]
    return {
        "kind": "posts",
        "dimension": dimension,
        "value": value,
        "with": [_row(post) for post in ours[-SHOWN:]],
        "without": [_row(post) for post in theirs[-SHOWN:]],
    }


def _row(post: Post) -> list[Any]:
    return [post.key, post.at.date().isoformat(), round(comparing.ratio_of(post.log), 4)]


# Across platforms


def _across(
    one: Account, other: Account, ours: Sequence[Post], theirs: Sequence[Post], says: Mapping[str, str]
) -> Iterator[Asked]:
    for dimension in ("kind", "format", "length"):
        both = set(choices(ours, dimension)) & set(choices(theirs, dimension))
        for value in sorted(both):
            yield from _better_there(one, other, ours, theirs, dimension, value, says)
    yield from _same(one, other, ours, theirs)


def _better_there(
    one: Account,
    other: Account,
    ours: Sequence[Post],
    theirs: Sequence[Post],
    dimension: str,
    value: str,
    says: Mapping[str, str],
) -> Iterator[Asked]:
    """Does this kind of post do better here than there, each against its account's usual?"""
    mine = [(post, True) for post in ours if value in post.features.get(dimension, ())]
    others = [(post, False) for post in theirs if value in post.features.get(dimension, ())]
    rows = sorted(mine + others, key=lambda each: each[0].at)
    has = [flag for _post, flag in rows]
    sides = ranks.compare([post.log for post, _flag in rows], has)
    if sides is None:
        return

    n, m = len(sides.ours), len(sides.theirs)
    question = f"cross.{dimension}"
    yield Asked(
        kind="cross",
        question=question,
        key=f"{question}:{one.key}:{other.key}:{value}"[:200],
        p=sides.p,
        sample=n + m,
        effect=effect_of(sides),
        told=partial(_told_of_both, one, other, forms.feature(dimension, value, says)),
        basis=(forms.OF_POSTS, {"n": str(n), "m": str(m)}),
        evidence=partial(_two_accounts, rows, has, one, other, dimension, value),
        client=one.client,
        metric=one.metric,
        test="stratified rank sum",
        counts={"with": n, "without": m},
        advice={"dimension": dimension, "value": value, "connections": [one.connection, other.connection]},
        is_simulated=one.is_simulated or other.is_simulated,
    )


def _told_of_both(one: Account, other: Account, what: str, effect: Interval) -> tuple[str, dict[str, str]]:
    here, there = (one, other) if effect.value > 1 else (other, one)
    ratio = effect.value if effect.value > 1 else 1 / effect.value
    return forms.CROSS, {
        "feature": what, "account": here.name, "other": there.name, "times": forms.times(ratio),
    }  # fmt: skip


def _two_accounts(
    rows: Sequence[tuple[Post, bool]], has: Sequence[bool], one: Account, other: Account, dimension: str, value: str
) -> dict[str, Any]:
    shown = _posts([post for post, _flag in rows], has, dimension, value)
    return {**shown, "names": [one.name, other.name]}


def _same(one: Account, other: Account, ours: Sequence[Post], theirs: Sequence[Post]) -> Iterator[Asked]:
    """Does what does well here do well there? Asked of pieces that went to both."""
    mine = {post.piece: post for post in ours if post.piece}
    pairs = [(mine[post.piece], post) for post in theirs if post.piece in mine]
    if len(pairs) < LEAST_PAIRS:
        return
    value, p = ranks.agree([each.log for each, _other in pairs], [each.log for _one, each in pairs])

    def told(_effect: Interval) -> tuple[str, dict[str, str]]:
        form = forms.SAME_UP if value > 0 else forms.SAME_DOWN
        return form, {"account": one.name, "other": other.name}

    def effect(reach: float) -> Interval:
        return comparing.agreement(value, len(pairs), sure=reach)

    yield Asked(
        kind="cross",
        question="cross.same",
        key=f"cross.same:{one.key}:{other.key}"[:200],
        p=p,
        sample=len(pairs),
        effect=effect,
        told=told,
        basis=(forms.OF_PAIRS, {"n": str(len(pairs))}),
        evidence=lambda: {
            "kind": "pairs",
            "names": [one.name, other.name],
            "rows": [[*_row(here), *_row(there)[2:]] for here, there in pairs[-SHOWN:]],
        },
        client=one.client,
        metric=one.metric,
        test="Spearman",
        counts={"with": len(pairs)},
        advice={"connections": [one.connection, other.connection]},
        is_simulated=one.is_simulated or other.is_simulated,
    )
