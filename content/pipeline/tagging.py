"""Learning which tags makers choose, from the videos this installation sees: in use only where it beats the rule."""

import dataclasses

from django.db import transaction
from django.db.models import Max

from content.models import TagModel
from content.pieces import tagging
from content.writing.tagging.learning import Learned, TooLittle, learn
from trenddrop.core.alone import alone

VERSIONS_KEPT = 6
FRESH = 0.05  # share of new examples below which learning again would change nothing


def learn_again() -> TagModel | None:
    """Learn a version and put it in use if it is better than the rule; None with too little, or nothing new."""
    posts = tagging.examples()
    newest = TagModel.objects.order_by("-version").defer("parameters").first()
    if newest is not None and abs(len(posts) - newest.examples) < FRESH * newest.examples and newest.is_active:
        return None
    try:
        learned = learn(posts)
    except TooLittle:
        return None
    return _kept(learned)


def _kept(learned: Learned) -> TagModel:
    with transaction.atomic():
        alone("tag_models")
        last = TagModel.objects.aggregate(at=Max("version"))["at"] or 0
        if learned.beats_rule:
            TagModel.objects.filter(is_active=True).update(is_active=False)
        row = TagModel.objects.create(
            version=last + 1,
            examples=len(learned.tagger.examples),
            parameters=learned.tagger.packed(),
            figures={"held_out": dataclasses.asdict(learned.figures), "rule": dataclasses.asdict(learned.rule)},
            is_active=learned.beats_rule,
        )
        old = TagModel.objects.filter(is_active=False, version__lte=row.version - VERSIONS_KEPT)
        old.delete()
    return row
