"""Pages of the plan and of money."""
