"""Optimisation reports: what went well in a span and what to do next, kept as it was told, drawn, and mailed."""
