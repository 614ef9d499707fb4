"""The advisor's tools: each looks up one kind of thing for one member, and says it as a table of typed cells."""

from analytics.advisor.tools.registry import TOOLS, Tool, look

__all__ = ["TOOLS", "Tool", "look"]
