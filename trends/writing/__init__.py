"""Ideas for a topic: what a brand could make of it on a platform."""

from trends.writing.brief import Brand, Idea, Order, Subject
from trends.writing.layouts import FORMATS
from trends.writing.model import Unusable, ask_model
from trends.writing.phrasing import MADE_BY, Untouchable, write

__all__ = ["FORMATS", "MADE_BY", "Brand", "Idea", "Order", "Subject", "Untouchable", "Unusable", "ask_model", "write"]
