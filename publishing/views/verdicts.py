"""A verdict as it was sent, with what stood in the comment box beside it: nothing that was typed is lost."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from publishing import approving
from publishing.approving import Speaker
from publishing.forms.approvals import DecisionForm, RemarkForm
from publishing.models import ApprovalDecision, ApprovalRequest, ReviewComment
from publishing.services.approvals import answering, commenting, deciding

Verdict = ApprovalDecision.Verdict
REFUSED = (deciding.CannotDecide, commenting.CannotComment)
COMMANDS: Mapping[Verdict, answering.Command] = {
    Verdict.APPROVED: deciding.approve,
    Verdict.CHANGES: deciding.ask_for_changes,
    Verdict.REJECTED: deciding.reject,
}


class Answer:
    """The two forms of one decision. `by` decides; `answered` are the comments that they see."""

    def __init__(
        self, request: HttpRequest, asked: ApprovalRequest, *, by: Speaker, answered: Iterable[ReviewComment]
    ) -> None:
        self.request, self.asked, self.by, self.answered = request, asked, by, answered
        self.form = DecisionForm(request.POST)
        self.remark = RemarkForm.along(request.POST, piece=asked.piece)

    @property
    def verdict(self) -> Verdict:
        """What was decided, once the forms are valid."""
        return Verdict(self.form.cleaned_data["verdict"])

    @property
    def has_words(self) -> bool:
        """Say whether something was typed."""
        return self.remark is not None or bool(str(self.request.POST.get("words", "")).strip())

    @property
    def forms(self) -> dict[str, Any]:
        """What the page shows again."""
        return {"decide_form": self.form} | ({"remark_form": self.remark} if self.remark else {})

    def is_valid(self) -> bool:
        """Check both, each for itself."""
        return self.form.is_valid() & (self.remark is None or self.remark.is_valid())

    def decide(self) -> bool:
        """Decide, and say whether it was done; what was refused is told at its field, or on the page."""
        said, remark = self.form.cleaned_data, self.remark
        told = {"words": said["words"], "remark": remark and remark.said(self.answered)}
        command, now = COMMANDS[self.verdict], timezone.now()
        try:
            answering.decide(command, self.asked, by=self.by, seen=said["seen"], now=now, **told)
        except REFUSED as error:
            self._tell(error)
            return False
        return True

    def _tell(self, error: Exception) -> None:
        if isinstance(error, deciding.WordsNeeded):
            self.form.add_error("words", str(error))
        elif isinstance(error, commenting.CannotComment) and self.remark:
            self.remark.add_error("body", str(error))
        else:
            messages.error(self.request, str(error))

    def kept(self, now: ApprovalRequest) -> dict[str, Any]:
        """Return the forms for the page as it stands `now`: who is not asked any more has the comment box alone."""
        if approving.ask_of(now, self.by) is not None:
            return self.forms
        boxes = (self.form["words"].value(), self.remark["body"].value() if self.remark else "")
        typed = "\n\n".join(text.strip() for text in boxes if text and text.strip())
        return {"remark_form": RemarkForm(piece=now.piece, initial={"body": typed})}
