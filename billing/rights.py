"""What happens to the ledger when data is taken along, brought, or erased."""

from django.utils.translation import gettext_lazy as _

from accounts.rights.registry import Answer, Fate, Kept

_BOOKS = "Companies Act 2013, s. 128(5); CGST Act 2017, s. 36 (72 months)"
_TERM = _("for eight financial years at least")

ANSWERS = (
    Answer(
        "billing.CreditEntry",
        organization="organization",
        person="by",
        exports="kind amount reason reference by",
        not_imported="credits are granted and spent in one installation",
        people={"by": Fate.POINTS_TO_A_NAMELESS_ROW},
        kept_of_organization=Kept(
            _("The ledger of credits: amounts, kinds and numbers, without names"),
            _("Books of account must be kept."),
            _BOOKS,
            _TERM,
        ),
        kept_of_person=Kept(
            _("Lines of the ledger of credits, pointing to the row without a name"),
            _("Books of account must be kept."),
            _BOOKS,
            _TERM,
        ),
    ),
)
