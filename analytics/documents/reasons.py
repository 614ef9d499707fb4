"""Why a figure is null, in words. Codes are those of publishing.platforms.counting.Missing, and our own."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from publishing.platforms.counting import Missing

NO_DAY_BEFORE = "no_day_before"
FELL = "fell"

REASONS: dict[str, str | Promise] = {
    Missing.NOT_OFFERED: _("The platform tells nobody."),
    Missing.NO_ACCESS: _("Our access, or this kind of account, does not include it."),
    Missing.TOO_FEW: _("The platform keeps it back while numbers are small."),
    Missing.NOT_YET: _("The platform tells it some days later."),
    Missing.NO_ANSWER: _("The platform did not tell it that day."),
    Missing.BY_HAND: _("Only its own dashboard shows it: enter it, or bring its file."),
    NO_DAY_BEFORE: _("It is the growth since the day before, and that day is missing."),
    FELL: _("The platform’s total fell since the day before, so that nothing can be said of the day."),
}


def words(code: str) -> str:
    """Return the reason in words; an unknown code is no answer."""
    return str(REASONS.get(code, REASONS[Missing.NO_ANSWER]))
