"""Findings, odd days and what may be behind them, in the reader's language: they are kept in English."""

import datetime as dt
import re

from django.utils.formats import date_format
from django.utils.translation import gettext_noop as _

from analytics.finding import forms, odd_forms
from trenddrop.core.retelling import Retelling

_DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
DOES = (
    _("open with a question"), _("ask a question"), _("give a number"), _("open with a number"),
    _("open with a strong hook"), _("speak to the reader"), _("go against expectation"),
    _("promise to reveal something"), _("say what is at stake"), _("go to an extreme"), _("tell what to do"),
    _("feel glad"), _("feel bitter"), _("hold a list"), _("are short"), _("hold an emoji"), _("hold a link"),
    _("mention somebody"), _("ask for something at the end"), _("have no hashtags"),
    _("have more hashtags than usual"), _("carry a video or an image"), _("name a live trend"),
)  # fmt: skip
SENTENCES = (*forms.SENTENCES, *odd_forms.SENTENCES)
_retold = Retelling(SENTENCES, inside=(*forms.PARTS, *DOES))


def retold(kept: str) -> str:
    """Return a kept sentence as the reader says it, its days as the reader writes them."""
    return _DAY.sub(_day, _retold(kept))


def is_known(kept: str) -> bool:
    """Say whether a sentence has a known form."""
    return _retold.knows(kept)


def _day(found: re.Match[str]) -> str:
    try:
        return date_format(dt.date(*(int(part) for part in found.groups())), "j M Y")
    except ValueError:
        return found[0]
