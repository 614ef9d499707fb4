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
        said, command, now = self.form.cleaned_data, COMMANDS[self.verdict], timezone.now()
        try:
            remark = self.remark and self.remark.said(self.answered)
            told = {"words": said["words"], "remark": remark}
            answering.decide(command, self.asked, by=self.by, seen=said["seen"], now=now, **told)
        except commenting.NotHere as error:
            self.remark = self._alone(self.asked)
            messages.error(self.request, str(error))
            return False
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
        return {"remark_form": self._alone(now, self.form["words"].value())}

    def _alone(self, now: ApprovalRequest, words: str | None = "") -> RemarkForm:
        """Return the comment box with all that was typed; what was for us alone, or answered such words, stays so."""
        if self.remark is None:
            return RemarkForm(piece=now.piece, initial={"body": (words or "").strip()})
        told = {name: self.remark[name].value() for name in self.remark.fields}
        parent = next((one for one in self.answered if str(one.pk) == str(told["parent"])), None)
        is_internal = bool(told["is_internal"]) or (parent.is_internal if parent else bool(told["parent"]))
        typed = "\n\n".join(text.strip() for text in (words, told["body"]) if text and text.strip())
        kept = {"body": typed, "parent": parent and parent.pk, "is_internal": is_internal}
        return RemarkForm(piece=now.piece, initial=told | kept)
