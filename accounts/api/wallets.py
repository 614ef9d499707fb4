"""Wallets and token gates for programs."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import tenancy
from accounts.evm.answers import ChainError, NotProved
from accounts.forms.wallets import GateForm
from accounts.models import GateCheck, TokenGate, Wallet
from accounts.offers import Asker
from accounts.rest import MemberViewSet
from accounts.serializers.wallets import (
    AskedWalletSerializer,
    GateAnswerSerializer,
    GateSerializer,
    HoldingSerializer,
    OfferedSerializer,
    OfferSerializer,
    ProofSerializer,
    WalletSerializer,
)
from accounts.services import gates, wallets
from trenddrop.core.rest.problems import Refused, reject
from trenddrop.core.rest.views import Listed, Read


class WalletViewSet(Listed, Read, MemberViewSet):
    """One's own wallets."""

    queryset = Wallet.objects.none()
    serializer_class = WalletSerializer
    bodies: ClassVar = {"offer": OfferSerializer, "create": ProofSerializer}
    shapes: ClassVar = {"offer": OfferedSerializer}
    refusals: ClassVar = {NotProved: 409}
    unscoped = frozenset({"offer", "create", "destroy"})
    doors: ClassVar = {"offer": "wallet_offer", "create": "wallet_prove"}
    orderings = ("-proved_at", "proved_at")
    action_permissions: ClassVar = dict.fromkeys(("list", "retrieve", "offer", "create", "destroy"), "account.own")

    def get_queryset(self) -> QuerySet[Any]:
        """Return the wallets of the person who asks."""
        return Wallet.objects.filter(user=self.member.user_id)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List one's wallets."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one wallet."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(responses={200: OfferedSerializer})
    @action(detail=False, methods=["post"])
    def offer(self, request: Request) -> Response:
        """Ask for the message that the wallet is to sign."""
        given = self.given()
        text = wallets.offer(
            **given,
            site=(request.scheme or "https", request.get_host()),
            uri=request.build_absolute_uri(reverse("wallets")),
            asker=self._asker(),
            now=timezone.now(),
        )
        return self.shown({"message": text})

    def create(self, request: Request) -> Response:
        """Connect the wallet that signed the offered message."""
        proved = wallets.prove(**self.given(), asker=self._asker(), by=self.member, now=timezone.now())
        return self.shown(proved, status=201)

    def destroy(self, request: Request, pk: Any) -> Response:
        """Let go of a wallet; what it opened closes at once."""
        with tenancy.of_member(self.member):
            wallet = self.get_object()
        wallets.remove(wallet, by=self.member)
        return Response(status=204)

    def _asker(self) -> Asker:
        session = f"key {self.key.pk}" if self.key else self.request.session.session_key or ""
        return Asker(str(self.member.user_id), session)


class GateViewSet(Listed, Read, MemberViewSet):
    """Token gates of the organisation."""

    queryset = TokenGate.objects.all()
    serializer_class = GateSerializer
    bodies: ClassVar = {"test": AskedWalletSerializer}
    shapes: ClassVar = {"holdings": HoldingSerializer, "test": GateAnswerSerializer}
    orderings = ("name", "-name", "created_at", "-created_at")
    refusals: ClassVar = {ChainError: 409}
    doors: ClassVar = {"test": "gate_test"}
    unscoped = frozenset({"test"})
    action_permissions: ClassVar = dict.fromkeys(
        ("list", "retrieve", "create", "partial_update", "destroy", "holdings", "test"), "gates.manage"
    )

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List the gates."""
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Show one gate."""
        return super().retrieve(request, *args, **kwargs)

    def create(self, request: Request) -> Response:
        """Set a gate; members' wallets are asked at once."""
        gate, changed = _checked(TokenGate(), self.given())
        return self.shown(gates.save(gate, changed=changed, by=self.member), status=201)

    def partial_update(self, request: Request, pk: Any) -> Response:
        """Change a gate; what was known of wallets is asked anew."""
        row = self.get_object()
        given = {**GateSerializer(row).data, **self.given(row, partial=True)}
        gate, changed = _checked(row, given)
        return self.shown(gates.save(gate, changed=changed, by=self.member))

    def destroy(self, request: Request, pk: Any) -> Response:
        """Remove a gate; what it opened is closed."""
        gates.remove(self.get_object(), by=self.member)
        return Response(status=204)

    @extend_schema(responses={200: HoldingSerializer(many=True)})
    @action(detail=True, pagination_class=None)
    def holdings(self, request: Request, pk: Any) -> Response:
        """List what members' wallets held when they were last asked."""
        rows = GateCheck.objects.filter(gate=self.get_object()).select_related("wallet__user").order_by("-checked_at")
        return self.shown(rows[:1000], many=True)

    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: Any) -> Response:
        """Ask the chain now, with one of one's own wallets; 409 where it gives no answer."""
        with tenancy.of_member(self.member):
            gate = self.get_object()
            mine = list(Wallet.objects.filter(user=self.member.user_id))
        asked = self.given()["wallet"]
        if not mine:
            raise Refused(409, "no_wallet", _("Connect a wallet of your own first, under My account."))
        wallet = next((each for each in mine if asked in {None, each.pk}), None)
        if wallet is None:
            raise reject("wallet", _("This is no wallet of yours."))
        amount = gates.test(gate, wallet, now=timezone.now()).amount or Decimal(0)
        return self.shown({"wallet": wallet, "balance": amount, "is_open": amount >= gate.minimum})


def _checked(gate: TokenGate, given: dict[str, Any]) -> tuple[TokenGate, list[str]]:
    """Hold what is given against the rules of the page's form; return the gate, unsaved, and what changed."""
    form = GateForm(given, instance=gate)
    if not form.is_valid():
        told = {name: [str(error) for error in errors] for name, errors in form.errors.items()}
        raise ValidationError({"lends" if name == "__all__" else name: words for name, words in told.items()})
    return form.save(commit=False), form.changed_data
