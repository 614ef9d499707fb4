"""The form of one chosen hashtag."""

from django import forms

from trenddrop.core import platforms


class TagForm(forms.Form):
    """A hashtag, with or without its #."""

    tag = forms.CharField(max_length=100)

    def clean_tag(self) -> str:
        """Return it without what no hashtag holds."""
        tag = platforms.normal_hashtag(self.cleaned_data["tag"])
        if not tag:
            raise forms.ValidationError("")
        return tag
