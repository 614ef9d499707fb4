"""What to say with the material on each platform, always inside the platform's limits."""

from content.writing.brief import Brand, Brief, Draft, Sample, TrendNote
from content.writing.writer import write

__all__ = ["Brand", "Brief", "Draft", "Sample", "TrendNote", "write"]
