"""What accounts announces to the apps above it."""

from django.dispatch import Signal

organization_created = Signal()
"""A new organisation stands. Sends `organization`."""
