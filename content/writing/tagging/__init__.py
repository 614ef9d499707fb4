"""Tags for a post: candidates from what is said and what is known, weighed by what makers of such posts chose."""

from content.writing.tagging.model import BadModel, Tagger
from content.writing.tagging.subject import Example, Subject, normal_tag
from content.writing.tagging.suggesting import SURE, Live, Reason, Suggestion, Why, suggest

__all__ = [
    "SURE",
    "BadModel",
    "Example",
    "Live",
    "Reason",
    "Subject",
    "Suggestion",
    "Tagger",
    "Why",
    "normal_tag",
    "suggest",
]
