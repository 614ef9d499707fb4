"""Forms of accounts' days: add an account, enter a day, bring a file."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import BrandProfile, ClientAccount
from analytics.documents import numbers
from analytics.documents.fields import Document, Field, Kind
from publishing.platforms.counting import Missing
from trenddrop.core.catalogue import badge

MOST_LINES = 50
MARK = "; "


class FigureField(forms.CharField):
    """A number as people write it; empty is not given."""

    def __init__(self, asked: Field, **kwargs: Any) -> None:
        self.asked = asked
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(label=str(asked.name), required=False, max_length=40, widget=widget, **kwargs)

    def clean(self, value: Any) -> float | int | None:
        """Return the number; None where there is none."""
        text = super().clean(value)
        try:
            return numbers.number(text, self.asked.kind)
        except numbers.NoNumber as error:
            words = {
                Kind.SHARE: _("Give a share, as 4.5 % or 0.045."),
                Kind.SECONDS: _("Give seconds, or minutes and seconds: 3:25."),
            }
            usual = _("Give a whole number, as 120450 or 1,20,450; leave it empty when you do not know.")
            raise forms.ValidationError(words.get(self.asked.kind, usual)) from error


class LinesField(forms.CharField):
    """A list, one thing a line with its number behind a semicolon: Mumbai; 12 %."""

    def __init__(self, asked: Field, **kwargs: Any) -> None:
        self.asked = asked
        self.name_key, self.kinds = _parts(asked)
        widget = forms.Textarea({"rows": 3})
        super().__init__(label=str(asked.name), required=False, max_length=8000, widget=widget, **kwargs)

    def written(self, items: Sequence[Mapping[str, Any]]) -> str:
        """Return a list as its lines."""
        return "\n".join(self._line(item) for item in items)

    def _line(self, item: Mapping[str, Any]) -> str:
        number = next((item[key] for key in self.kinds if item.get(key) is not None), None)
        is_share = number is not None and number == item.get("share")
        shown = f"{number * 100:g} %" if is_share and number is not None else number
        return str(item.get(self.name_key, "")) + (f"{MARK}{shown}" if number is not None else "")

    def clean(self, value: Any) -> list[dict[str, Any]] | None:
        """Return the list; None where nothing is given."""
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("Give at most %(most)s lines.") % {"most": MOST_LINES})
        return [self._item(line) for line in lines] or None

    def _item(self, line: str) -> dict[str, Any]:
        name, _mark, written = line.rpartition(";") if ";" in line else (line, "", "")
        item: dict[str, Any] = {self.name_key: name.strip()}
        if not written.strip():
            return item
        is_share = "%" in written and "share" in self.kinds
        key = "share" if is_share else next(key for key in self.kinds if key != "share")
        try:
            item[key] = numbers.number(written, Kind.SHARE if is_share else Kind.COUNT)
        except numbers.NoNumber as error:
            words = _("“%(line)s” has no number behind the semicolon.")
            raise forms.ValidationError(words % {"line": line[:60]}) from error
        return item


def _parts(asked: Field) -> tuple[str, list[str]]:
    """Return which key of an item is its name, and which are its number, the most telling first."""
    items = asked.items or {}
    name = next((key for key in ("name", "title", "chart") if key in items), "name")
    wanted = ("count", "share", "streams", "plays", "views", "position")
    return name, [key for key in wanted if key in items]


class DayForm(forms.Form):
    """The fields of a platform's document that people can know."""

    def __init__(self, *args: Any, document: Document, figures: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in document.fields:
            if one.kind == Kind.ITEMS and one.usually != Missing.BY_HAND:
                continue
            if one.kind == Kind.ITEMS:
                lines = LinesField(one, help_text=_as_lines(one))
                self.fields[one.key] = lines
                self.initial[one.key] = lines.written(figures.get(one.key) or [])
            elif one.kind != Kind.TEXT:
                self.fields[one.key] = FigureField(one, help_text=_told(one))
                self.initial[one.key] = _written(one, figures.get(one.key))

    def values(self) -> dict[str, Any]:
        """Return what was changed; a field that was emptied is None."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


def _as_lines(one: Field) -> str:
    _name, kinds = _parts(one)
    if kinds[:1] == ["position"]:
        return _("One a line, its place behind a semicolon: Indie India; 21")
    return _("One a line, its number behind a semicolon: Mumbai; 1,200")


def _told(one: Field) -> str:
    if one.kind == Kind.SHARE:
        return _("in percent")
    return "" if one.total else _("of that day")


def _written(one: Field, value: Any) -> str:
    if value is None:
        return ""
    return (
        f"{value * 100:.6g} %"
        if one.kind == Kind.SHARE
        else f"{value:.10g}"
        if isinstance(value, float)
        else str(value)
    )


class WhoseForm(forms.Form):
    """For which client and brand an account is counted."""

    client = forms.ModelChoiceField(
        ClientAccount.objects.none(),
        label=gettext_lazy("Client"),
        required=False,
        empty_label=gettext_lazy("None: our own"),
    )
    brand = forms.ModelChoiceField(
        BrandProfile.objects.none(), label=gettext_lazy("Brand"), required=False, empty_label=gettext_lazy("None")
    )

    def __init__(
        self, *args: Any, clients: QuerySet[ClientAccount], brands: QuerySet[BrandProfile], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("client", clients), ("brand", brands)):
            if rows:
                self.fields[name].queryset = rows  # type: ignore[attr-defined]
            else:
                del self.fields[name]


class FoundForm(WhoseForm):
    """An account by its address."""

    platform = forms.ChoiceField(label=gettext_lazy("Platform"))
    address = forms.CharField(
        label=gettext_lazy("Link or identifier"), max_length=500,
        help_text=gettext_lazy("The link of the artist’s own page, as “Share” copies it."),
        widget=forms.TextInput({"autocomplete": "off", "placeholder": "https://open.spotify.com/artist/…"}),
    )  # fmt: skip
    field_order = ("platform", "address", "client", "brand")

    def __init__(self, *args: Any, platforms: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["platform"].choices = [(key, badge(key).name) for key in platforms]  # type: ignore[attr-defined]


class HandForm(WhoseForm):
    """An account whose days people bring."""

    platform = forms.ChoiceField(label=gettext_lazy("Platform"))
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=180, help_text=gettext_lazy("As people know it there.")
    )
    url = forms.URLField(label=gettext_lazy("Its page"), max_length=500, required=False, assume_scheme="https")
    field_order = ("platform", "name", "url", "client", "brand")

    def __init__(self, *args: Any, platforms: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["platform"].choices = [(key, badge(key).name) for key in platforms]  # type: ignore[attr-defined]


class AccountForm(forms.Form):
    """What an account is called, and what is watched of it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    brand = forms.ModelChoiceField(
        BrandProfile.objects.none(), label=gettext_lazy("Brand"), required=False, empty_label=gettext_lazy("None")
    )
    countries = forms.CharField(
        label=gettext_lazy("Countries of charts"), max_length=120, required=False,
        help_text=gettext_lazy("Two letters each: IN, US, GB"),
    )  # fmt: skip
    playlists = forms.CharField(
        label=gettext_lazy("Playlists to look into"), max_length=4000, required=False,
        widget=forms.Textarea({"rows": 3}), help_text=gettext_lazy("A link on each line, up to twenty."),
    )  # fmt: skip

    def __init__(self, *args: Any, brands: QuerySet[BrandProfile], watches: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["brand"].queryset = brands  # type: ignore[attr-defined]
        if not watches:
            del self.fields["countries"], self.fields["playlists"]

    def settings(self) -> dict[str, list[str]]:
        """Return what is watched."""
        countries = [word.upper() for word in self.cleaned_data.get("countries", "").replace(",", " ").split()]
        playlists = [line.strip() for line in self.cleaned_data.get("playlists", "").splitlines() if line.strip()]
        found = {"countries": countries[:20], "playlists": playlists[:20]}
        return {name: values for name, values in found.items() if values}


class FileForm(forms.Form):
    """A file of an account's days."""

    file = forms.FileField(
        label=gettext_lazy("The file"),
        max_length=200,
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,text/csv"}),
        help_text=gettext_lazy("CSV as dashboards and spreadsheets save it: with commas, semicolons or tabs."),
        error_messages={"empty": gettext_lazy("The file is empty. Its first line names the columns.")},
    )
