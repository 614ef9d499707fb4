"""Commands on approvals, a module for each: ask, decide, hand over, revise, comment, restore; and their settings."""
