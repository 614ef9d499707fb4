"""What to make of an original: the plan with its reasons. No tables."""

from content.repurposing.lines import Line
from content.repurposing.planning import Facts, Plan, plan

__all__ = ["Facts", "Line", "Plan", "plan"]
