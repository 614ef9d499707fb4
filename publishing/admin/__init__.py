"""Everything of publishing that operators see; each part registers itself."""

from publishing.admin import delivery, desk, links

__all__ = ["delivery", "desk", "links"]
