"""What the templates on work that was done in the background say."""

from django import template

from content import retelling
from content.screens import reasons

register = template.Library()
register.filter("retold", retelling.retold)
register.filter("reason", reasons.name)
