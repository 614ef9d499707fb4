"""What to say with the material on each platform, always inside the platform's limits."""

from content.writing.brief import Brand, Brief, Draft, Sample, Shape, TrendNote, Worked
from content.writing.generator import generate
from content.writing.prompting import order_of, tokens_of
from content.writing.writer import write

__all__ = [
    "Brand",
    "Brief",
    "Draft",
    "Sample",
    "Shape",
    "TrendNote",
    "Worked",
    "generate",
    "order_of",
    "tokens_of",
    "write",
]
