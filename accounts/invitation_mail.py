"""The mail with an invitation's link, and the link's token.

The token is made from the invitation and the time it was sent, under the installation's key; the row keeps only its
hash. So the mail is written in the background without the token ever standing in a queue or a log.
"""

import base64
import hashlib
import hmac
import uuid

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import tenancy
from accounts.models import Invitation
from trenddrop.core import mail


def token_of(invitation: Invitation) -> str:
    """Return the token of the link as it was sent last."""
    said = f"invitation:{invitation.pk}:{invitation.times_sent}:{invitation.last_sent_at.timestamp():.6f}"
    made = hmac.new(settings.SECRET_KEY.encode(), said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def send(invitation_id: uuid.UUID | str, *, times_sent: int) -> bool:
    """Mail the link, unless it was sent anew or closed since; a mail that may have arrived is not sent twice."""
    with tenancy.operator():
        rows = Invitation.objects.select_related("organization", "client", "invited_by")
        row = rows.filter(
            pk=invitation_id, times_sent=times_sent, accepted_at=None, revoked_at=None, declined_at=None
        ).first()
    if row is None or digest(token_of(row)) != row.token_hash:
        return False
    server = get_connection()
    try:
        mail.connect(server)
        mail.hand_over(compose(row), server)
    except (mail.Returned, mail.Refused, mail.InDoubt):
        return False
    finally:
        server.close()
    return True


def compose(invitation: Invitation) -> EmailMultiAlternatives:
    """Write the mail, in the language of whoever invites."""
    inviter = invitation.invited_by
    with translation.override(inviter.language if inviter else settings.LANGUAGE_CODE):
        context = {
            "invitation": invitation,
            "url": settings.SITE_URL + reverse("invitation", args=[token_of(invitation)]),
            "who": str(inviter or invitation.organization.name),
        }
        subject = _("%(who)s invites you to %(name)s") % {"who": context["who"], "name": invitation.organization.name}
        letter = EmailMultiAlternatives(
            subject=" ".join(f"{subject} · TrendDrop".split()),
            body=render_to_string("email/invitation.txt", context),
            to=[invitation.email],
        )
        letter.attach_alternative(render_to_string("email/invitation.html", context), "text/html")
    return letter
