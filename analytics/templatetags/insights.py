"""Findings in the reader's language."""

from django import template

from analytics import retelling

register = template.Library()
register.filter("found", retelling.retold)
