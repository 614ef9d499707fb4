"""What is unusual, what rises, and where it stands in its life. Pure functions over hourly series; no tables."""

from trends.detection.expecting import Band, expected_band
from trends.detection.explaining import sentence
from trends.detection.lifecycle import Status
from trends.detection.passing import Scores, Standing, scoring_pass
from trends.detection.tuning import BadTuning, Tuning, tuned

__all__ = [
    "BadTuning",
    "Band",
    "Scores",
    "Standing",
    "Status",
    "Tuning",
    "expected_band",
    "scoring_pass",
    "sentence",
    "tuned",
]
