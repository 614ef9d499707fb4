"""How odd days and what may be behind them are said; told again by form in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

KINDS: Mapping[str, str] = {
    "spike": _("%(account)s: %(value)s %(metric)s on %(date)s, where %(low)s to %(high)s would be ordinary."),
    "drop": _("%(account)s: only %(value)s %(metric)s on %(date)s, where %(low)s to %(high)s would be ordinary."),
    "rise": _("%(account)s: more %(metric)s since %(date)s: %(value)s a day, %(expected)s until then."),
    "fall": _("%(account)s: fewer %(metric)s since %(date)s: %(value)s a day, %(expected)s until then."),
}
CAUSES: Mapping[str, str] = {
    "won": _("“%(title)s” won %(n)s of them that day: %(share)s %% of what was beyond the ordinary."),
    "live": _("“%(title)s” went live on %(date)s."),
    "silence": _("Nothing had gone live for %(n)s days; usually %(usual)s days lie between posts."),
    "pace": _("%(now)s posts went live a week from then on, %(before)s before."),
    "outside": _("Nothing that was posted explains it: look for news, an advertisement, or a change of the platform."),
}
SENTENCES = (*KINDS.values(), *CAUSES.values())
