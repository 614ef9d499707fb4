"""Chaos: workers are killed and networks fail at every request of every adapter, and what is public is counted."""
