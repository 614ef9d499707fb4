"""What is in the material: summary, topics, names, feeling, and the moments worth using."""

from content.understanding.reading import read, understand
from content.understanding.results import Moment, NamedEntity, Reason, Understanding

__all__ = ["Moment", "NamedEntity", "Reason", "Understanding", "read", "understand"]
