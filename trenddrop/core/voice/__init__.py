"""How a text is written, whatever it is about: measured, compared with samples, and told in words."""

from trenddrop.core.voice.features import Reading
from trenddrop.core.voice.habits import Habits, habits_of
from trenddrop.core.voice.judging import CannotSay, Near, Verdict, agreement, judge, score_all
from trenddrop.core.voice.measuring import FEWEST
from trenddrop.core.voice.reasons import Reason

__all__ = [
    "FEWEST",
    "CannotSay",
    "Habits",
    "Near",
    "Reading",
    "Reason",
    "Verdict",
    "agreement",
    "habits_of",
    "judge",
    "score_all",
]
