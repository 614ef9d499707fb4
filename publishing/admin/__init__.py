"""Everything of publishing that operators see; each part registers itself."""

from publishing.admin import approvals, delivery, desk, links, plans, slots

__all__ = ["approvals", "delivery", "desk", "links", "plans", "slots"]
