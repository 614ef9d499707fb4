"""The numbers of the detection as this installation has set them (the setting `trend_tuning`)."""

from accounts.installation import setting
from trends.detection import Tuning, tuned


def current() -> Tuning:
    """Return the table that holds now."""
    return tuned(setting("trend_tuning"))
