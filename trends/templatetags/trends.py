"""What the templates on trends say."""

from django import template

from trends import retelling

register = template.Library()
register.filter("retold", retelling.retold)
