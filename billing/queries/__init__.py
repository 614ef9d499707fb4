"""Questions to the tables of billing."""
