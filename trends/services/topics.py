"""Commands on topics, which belong to the installation: operators give them, in the admin."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import User
from trends.collection import clustering, ideas, merging, rating, storing
from trends.collection.meanings import keys_of
from trends.collection.merging import Join
from trends.likeness import Likeness
from trends.models import TopicAlias, TrendObservation, TrendSource, TrendTopic
from trends.normalise import Kind, normalise


class CantMerge(Exception):
    """The topics can't be merged; the message says why."""


class CantSplit(Exception):
    """The topic can't be split like this; the message says why."""


@dataclass(frozen=True)
class Moving:
    """What a merge would move of one topic, and how alike it is to the one that stays."""

    topic: TrendTopic
    hours: int
    names: list[str]
    likeness: Likeness


def block(keys: Collection[UUID | str], *, now: dt.datetime) -> int:
    """Hide topics, and later runs of them, until somebody lets them pass; returns how many."""
    with transaction.atomic():
        storing.lock_topics()
        rows = TrendTopic.objects.filter(pk__in=keys)
        return rows.update(is_blocked=True, blocked_by=None, is_cleared=False, updated_at=now)


def let_pass(keys: Collection[UUID | str], *, now: dt.datetime) -> int:
    """Show topics again whatever term names them, and later runs of them; returns how many were hidden."""
    with transaction.atomic():
        storing.lock_topics()
        rows = TrendTopic.objects.filter(pk__in=keys, is_blocked=True)
        return rows.update(is_blocked=False, blocked_by=None, is_cleared=True, updated_at=now)


def oldest(topics: Sequence[TrendTopic]) -> TrendTopic:
    """Return the one that stays when these are merged: the oldest run, of those the most mentioned."""
    return min(topics, key=lambda topic: (topic.first_detected_at, -topic.mention_count, topic.pk))


def fault_of_merge(topics: Sequence[TrendTopic]) -> str:
    """Return why these topics can't be merged, "" when they can."""
    if len(topics) < 2:
        return _("Choose two topics or more.")
    if any(topic.merged_into_id for topic in topics):
        return _("One of them is part of another topic already.")
    if any(topic.status == TrendTopic.Status.EXPIRED for topic in topics):
        return _("One of them is over. Topics are merged while they live; runs that are over stay as they were.")
    if len({topic.is_example for topic in topics}) > 1:
        return _("An example and a real topic are never the same.")
    return ""


def moving(topics: Sequence[TrendTopic], *, into: TrendTopic) -> list[Moving]:
    """Return what would move: two statements."""
    others = [topic for topic in topics if topic.pk != into.pk]
    counted = TrendObservation.objects.filter(topic__in=others).order_by().values_list("topic").annotate(Count("hour"))
    hours = dict(counted)
    return [
        Moving(topic, hours.get(topic.pk, 0), [topic.title, *topic.names], clustering.likeness_of(into, topic))
        for topic in others
    ]


def merge(topics: Sequence[TrendTopic], *, into: TrendTopic, by: User, now: dt.datetime) -> int:
    """Make topics part of one, whose names theirs become; returns how many went in. Raises CantMerge."""
    if fault := fault_of_merge(topics):
        raise CantMerge(fault)
    joins = [
        Join(into.pk, topic.pk, reason=_("merged by an operator"), made_by=TopicAlias.Maker.OPERATOR, by=by.pk)
        for topic in topics
        if topic.pk != into.pk
    ]
    with transaction.atomic():
        done = merging.merge(joins, now=now)
    if not done:
        raise CantMerge(_("They changed meanwhile. Look at them again."))
    ideas.follow_merged()
    storing.embed_missing()
    rating.rate([into.pk], now=now)
    return len(done)


def names_to_take_out(topic: TrendTopic) -> list[str]:
    """Return the names that could be a topic of their own: those not spelt like the title."""
    return [name for name in topic.names if topic.normalized not in keys_of(name)]


def sources_of(topic: TrendTopic) -> list[TrendSource]:
    """Return the sources that observed a topic."""
    seen = TrendObservation.objects.filter(topic=topic).values("source")
    return list(TrendSource.objects.filter(pk__in=seen).order_by("kind", "name"))


def split(
    topic: TrendTopic, names: Sequence[str], *, sources: Collection[TrendSource], by: User, now: dt.datetime
) -> TrendTopic:
    """Open a topic of its own for some names, with what some sources said; the two stay apart. Raises CantSplit."""
    if not names:
        raise CantSplit(_("Choose the names that are another topic."))
    if not set(names) <= set(names_to_take_out(topic)):
        raise CantSplit(_("These names are spelt like the title: they can't be told apart from it."))
    if topic.status == TrendTopic.Status.EXPIRED:
        raise CantSplit(_("This run is over; a topic is split while it lives."))
    if sources and not set(sources_of(topic)) - set(sources):
        raise CantSplit(_("Leave the topic at least one of its sources."))
    with transaction.atomic():
        storing.lock_topics()
        topic.refresh_from_db()
        opened = merging.split(
            topic, names, key=_key_for(topic, names), source_ids=[row.pk for row in sources], by=by.pk, now=now
        )
    storing.embed_missing()
    rating.rate([topic.pk, opened.pk], now=now)
    return opened


def _key_for(topic: TrendTopic, names: Sequence[str]) -> str:
    """Return the key sources tell the names under: the one that led here, else that of the first name."""
    keys = {key for name in names for key in keys_of(name)}
    stood = TopicAlias.objects.filter(Q(canonical=topic.normalized) & Q(normalized__in=keys), is_apart=False)
    alias = stood.order_by("-created_at").values_list("normalized", flat=True).first()
    return alias or normalise(names[0], Kind.HASHTAG if names[0].startswith("#") else topic.kind)
