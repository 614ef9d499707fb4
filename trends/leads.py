"""How early something was, against a topic's peak. Pure."""

import datetime as dt

from django.utils.translation import gettext as _

from trenddrop.core.display import span

NOUGHT = dt.timedelta(0)


def words(lead: dt.timedelta | None) -> str:
    """Say "5 h before the peak", or after it; without a peak yet nobody can say."""
    if lead is None:
        return _("no peak yet")
    if lead < NOUGHT:
        return _("%(span)s after the peak") % {"span": span(-lead)}
    return _("%(span)s before the peak") % {"span": span(lead)}


def is_early(lead: dt.timedelta | None) -> bool:
    """Say whether it was before the peak."""
    return lead is not None and lead >= NOUGHT
