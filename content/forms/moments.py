"""The wish for a moment of a recording."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WishForm(forms.Form):
    """A question or a few words about what is looked for."""

    wish = forms.CharField(label=_("Find a moment"), max_length=200)
