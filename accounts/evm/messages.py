"""Messages by which a wallet proves itself: "Sign-In with Ethereum" (EIP-4361), read and checked by siwe.

A wallet that is a contract signs by EIP-1271: its chain is asked whether the signature is its own.
"""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from eth_account.messages import _hash_eip191_message, encode_defunct
from eth_keys.exceptions import BadSignature
from eth_utils.address import is_address, is_checksum_address, to_checksum_address
from pydantic import ValidationError
from siwe import (
    DomainMismatch,
    ExpiredMessage,
    InvalidSignature,
    ISO8601Datetime,
    NonceMismatch,
    NotYetValidMessage,
    SiweMessage,
    VerificationError,
)

from accounts.evm.answers import ChainError, NotProved, Offer
from accounts.evm.chains import JsonRpc

SIGNATURE = re.compile(r"0x([0-9a-fA-F]{2}){65,1024}")
CLOCKS = timedelta(minutes=1)  # how far a wallet's clock may be off
HEAD = re.compile(r"\S{1,300} wants you to sign in with your Ethereum account:\n0x[0-9a-fA-F]{40}\n")
MOST, LONGEST_LINE = 1500, 320


class Siwe:
    """Writes and checks EIP-4361 messages."""

    def address(self, text: str) -> str:
        """Take an address in lower case, or with a right checksum."""
        text = text.strip()
        if not is_address(text):
            raise NotProved(_("This is no address of a wallet. It begins with 0x and has 40 more characters."))
        if text[2:] not in {text[2:].lower(), text[2:].upper()} and not is_checksum_address(text):
            raise NotProved(_("This address has a typing mistake: its capitals do not fit. Copy it from the wallet."))
        return str(to_checksum_address(text))

    def write(self, offer: Offer, *, statement: str) -> str:
        """Return the text to sign."""
        written: str = SiweMessage(
            scheme=offer.scheme,
            domain=offer.domain,
            address=to_checksum_address(offer.address),
            statement=statement,
            uri=offer.uri,
            version="1",
            chain_id=offer.chain_id,
            nonce=offer.nonce,
            issued_at=ISO8601Datetime.from_datetime(offer.issued_at),
            expiration_time=ISO8601Datetime.from_datetime(offer.expires_at),
        ).prepare_message()
        return written

    def nonce_of(self, text: str) -> str:
        """Return the nonce of a text that came back."""
        return str(_read(text).nonce)

    def verify(self, text: str, signature: str, *, offer: Offer, now: datetime) -> None:
        """Check every field that was offered, the times, and who signed."""
        message = _read(text)
        if not SIGNATURE.fullmatch(signature):
            raise NotProved(_("This is no signature. Paste what the wallet shows after signing; it begins with 0x."))
        _compare(message, offer)
        if datetime.fromisoformat(message.issued_at) > now + CLOCKS:
            raise NotProved(_("The message is dated in the future. Nothing was connected; make a new one."))
        try:
            message.verify(signature, scheme=offer.scheme, domain=offer.domain, nonce=offer.nonce, timestamp=now)
        except (InvalidSignature, BadSignature) as error:
            if not _signed_by_contract(message, signature):
                words = _("The signature is not by %(address)s. Choose that account in your wallet, and sign again.")
                raise NotProved(words % {"address": offer.address}) from error
        except VerificationError as error:
            raise NotProved(_refusal(error)) from error


def _look_over(text: str) -> None:
    """Refuse what cannot be a message before the grammar sees it: on long lines that takes minutes."""
    if len(text) > MOST or not HEAD.match(text) or max(map(len, text.splitlines())) > LONGEST_LINE:
        raise ValueError("no such message")


def _read(text: str) -> SiweMessage:
    plain = text[: MOST + 1].replace("\r\n", "\n").strip("\n")
    try:
        _look_over(plain)
        return SiweMessage.from_message(plain)
    except (ValueError, ValidationError) as error:
        raise NotProved(
            _("This is not the message that was made here. Make a new one and sign it unchanged.")
        ) from error


def _compare(message: SiweMessage, offer: Offer) -> None:
    """Refuse what another site, page, chain or address was asked."""
    if message.domain != offer.domain or message.scheme != offer.scheme:
        raise NotProved(_refusal(DomainMismatch()) % {"domain": offer.domain})
    if message.uri != offer.uri:
        raise NotProved(_("The message was made for another page. Nothing was connected; make a new one here."))
    if message.chain_id != offer.chain_id:
        raise NotProved(_("The message names another chain. Nothing was connected; make a new one."))
    times = (ISO8601Datetime.from_datetime(offer.issued_at), ISO8601Datetime.from_datetime(offer.expires_at))
    if (message.issued_at, message.expiration_time) != times:
        raise NotProved(
            _("The message’s times were changed. Nothing was connected; make a new one and leave it as it is.")
        )
    if message.address != offer.address:
        raise NotProved(_("The message names another address. Nothing was connected; make a new one."))


def _refusal(error: VerificationError) -> str:
    if isinstance(error, ExpiredMessage):
        return _("The message is older than five minutes. Nothing was connected; make a new one.")
    if isinstance(error, NotYetValidMessage):
        return _("The message is not valid yet. Nothing was connected; make a new one.")
    if isinstance(error, NonceMismatch):
        return _("The message was not made for you. Nothing was connected; make a new one.")
    if isinstance(error, DomainMismatch):
        return _("The message was made for another site. Sign only messages that name %(domain)s.")
    return _("The message could not be checked. Nothing was connected; make a new one.")


def _signed_by_contract(message: SiweMessage, signature: str) -> bool:
    if message.chain_id not in settings.EVM_RPC_URLS:
        return False
    digest = bytes(_hash_eip191_message(encode_defunct(text=message.prepare_message())))
    try:
        return JsonRpc().is_signed_by_contract(message.chain_id, message.address, digest, bytes.fromhex(signature[2:]))
    except ChainError:
        return False
