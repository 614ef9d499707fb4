"""Forms of search numbers: a site, a file, how a piece is to be found."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.models import SeoMetrics
from analytics.search_files import MOST_BYTES


class SiteForm(forms.Form):
    """A site by its address or domain."""

    url = forms.CharField(
        label=_("Site"),
        max_length=300,
        help_text=_("its domain, example.com, or an address, https://example.com/blog/"),
        widget=forms.TextInput({"placeholder": "example.com", "inputmode": "url", "autocomplete": "url"}),
    )


class FileForm(forms.Form):
    """An export of Search Console."""

    file = forms.FileField(
        label=_("The file"),
        max_length=200,
        widget=forms.FileInput({"accept": ".zip,.csv,text/csv,application/zip"}),
        help_text=_("the zip that Search Console exports, or its Queries, Pages or Chart file"),
        error_messages={"empty": _("The file is empty.")},
    )
    first = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput({"type": "date"}),
        help_text=_("only where the file does not say it"),
    )  # fmt: skip
    last = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput({"type": "date"}))

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than %(size)s MB.") % {"size": MOST_BYTES // 1024**2})
        return file


class PieceForm(forms.Form):
    """What a piece is to be found for, and what only people know of it."""

    page = forms.URLField(
        label=_("Its address"), max_length=500, required=False, assume_scheme="https",
        help_text=_("found by itself for articles that were published through WordPress"),
    )  # fmt: skip
    target_keywords = forms.CharField(
        label=_("Keywords"),
        required=False,
        max_length=3500,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("one a line, what people search for"),
    )
    organic_traffic = forms.IntegerField(
        label=_("Visits from search in 28 days"), required=False, min_value=0, max_value=2_000_000_000
    )
    backlinks = forms.IntegerField(
        label=_("Links to it from elsewhere"), required=False, min_value=0, max_value=2_000_000_000
    )
    authority_impact = forms.FloatField(
        label=_("Change of the site’s authority"), required=False, min_value=-100, max_value=100,
        help_text=_("in points of the tool you use"),
    )  # fmt: skip

    def __init__(self, *args: Any, row: SeoMetrics | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = list(row.target_keywords) if row else []
        for number, word in enumerate(self.words):
            known = (row.rankings.get(word) or {}) if row else {}
            is_own = known.get("origin") == "hand"
            self.fields[f"place_{number}"] = forms.FloatField(
                label=word, required=False, min_value=1, max_value=1000,
                initial=known.get("position") if is_own else None,
            )  # fmt: skip

    def clean_target_keywords(self) -> list[str]:
        """Return them as a list: lines, or commas."""
        text: str = self.cleaned_data["target_keywords"]
        return [each for line in text.splitlines() for each in line.split(",") if each.strip()]

    @property
    def places(self) -> dict[str, float]:
        """The places that were entered, by keyword; those taken out of the list meanwhile are left out."""
        kept = {" ".join(each.lower().split()) for each in self.cleaned_data["target_keywords"]}
        typed = {word: self.cleaned_data.get(f"place_{number}") for number, word in enumerate(self.words)}
        return {word: place for word, place in typed.items() if place is not None and word in kept}

    @property
    def place_fields(self) -> list[forms.BoundField]:
        """The fields of places."""
        return [self[f"place_{number}"] for number in range(len(self.words))]
