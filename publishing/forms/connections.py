"""Forms that connect accounts."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PracticeForm(forms.Form):
    """A name on the practice network."""

    name = forms.CharField(label=_("Name"), max_length=60)


class BlueskyForm(forms.Form):
    """A handle and its app password; the password is used once and never kept."""

    handle = forms.CharField(
        label=_("Handle"),
        max_length=253,
        widget=forms.TextInput({"placeholder": "you.bsky.social"}),
    )
    app_password = forms.CharField(
        label=_("App password"),
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("Made in Bluesky under Settings, Privacy and security, App passwords. Not your main password."),
    )
    service = forms.URLField(label=_("Server"), required=False, assume_scheme="https")


class MastodonForm(forms.Form):
    """The server an account lives on."""

    server = forms.CharField(
        label=_("Server"), max_length=253, widget=forms.TextInput({"placeholder": "mastodon.social"})
    )
