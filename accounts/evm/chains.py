"""Asking chains, through any JSON-RPC endpoint that operators name (EVM_RPC_URLS): what an address holds.

One HTTP request asks for everything at once (a batch), at one block, which the answer names.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any

import httpx
from django.conf import settings
from django.utils.translation import gettext as _
from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from accounts.evm.answers import ChainError, Holding, Question
from trenddrop.core import http

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
SECONDS = 15.0
HEADERS = {"User-Agent": http.USER_AGENT, "Accept-Encoding": "gzip, deflate"}
BYTES = 4 * 1024**2
MAGIC = bytes.fromhex("1626ba7e")  # EIP-1271: "yes, that is my signature"
COIN_DECIMALS = 18
MOST_DECIMALS = 77
PLACES = Decimal(1).scaleb(-18)
CEILING = Decimal(10) ** 59  # what the column holds; no real token comes near
Call = tuple[str, list[Any]]


class JsonRpc:
    """Speaks JSON-RPC 2.0 over HTTP."""

    def holdings(self, chain_id: int, questions: list[Question]) -> list[Holding]:
        """Ask for the block first, then for every balance at that block."""
        block = _number(self.ask(chain_id, [("eth_blockNumber", [])])[0])
        tokens = list(dict.fromkeys(each.contract for each in questions if each.standard == "erc20"))
        calls = [_eth_call(token, "decimals()", [], [], hex(block)) for token in tokens]
        calls += [_balance_call(each, hex(block)) for each in questions]
        answers = self.ask(chain_id, calls)
        decimals = {token: _decimals(answer) for token, answer in zip(tokens, answers, strict=False)}
        return [
            _holding(each, answer, block, decimals.get(each.contract))
            for each, answer in zip(questions, answers[len(tokens) :], strict=True)
        ]

    def is_signed_by_contract(self, chain_id: int, address: str, digest: bytes, signature: bytes) -> bool:
        """Ask a wallet that is a contract whether this is its signature (EIP-1271)."""
        call = _eth_call(address, "isValidSignature(bytes32,bytes)", ["bytes32", "bytes"], [digest, signature])
        try:
            return _bytes(self.ask(chain_id, [call])[0])[:4] == MAGIC
        except ChainError:
            return False

    def ask(self, chain_id: int, calls: Sequence[Call]) -> list[Any]:
        """Send a batch; return each call's result, or the ChainError it got, in order."""
        url = settings.EVM_RPC_URLS.get(chain_id)
        if url is None:
            raise ChainError(_("No server is set up for chain %(id)s. An operator can add one.") % {"id": chain_id})
        batch = [
            {"jsonrpc": "2.0", "id": place, "method": method, "params": params}
            for place, (method, params) in enumerate(calls)
        ]
        answers = _by_id(_post(url, batch))
        return [_result(answers.get(place)) for place in range(len(calls))]


def _post(url: str, batch: list[dict[str, Any]]) -> Any:
    try:
        with http.client(timeout=TIMEOUT, headers=HEADERS) as client, client.stream("POST", url, json=batch) as answer:
            body = b"".join(http.read_up_to(answer, BYTES, seconds=SECONDS))
            if not answer.is_success:
                raise ChainError(_("The chain's server answers %(status)s.") % {"status": answer.status_code})
        return json.loads(body)
    except (httpx.HTTPError, http.FetchError) as error:
        raise ChainError(_("The chain's server does not answer (%(why)s).") % {"why": type(error).__name__}) from error
    except ValueError as error:
        raise ChainError(_("The chain's server answers something that is no JSON.")) from error


def _by_id(found: Any) -> Mapping[Any, Any]:
    if isinstance(found, dict) and "error" in found:
        raise ChainError(_refused(found))  # the server refuses the whole batch
    if not isinstance(found, list):
        raise ChainError(_("The chain's server does not answer questions in a batch."))
    return {each.get("id"): each for each in found if isinstance(each, dict)}


def _result(answer: Any) -> Any:
    if not isinstance(answer, dict):
        return ChainError(_("The chain's server left this question unanswered."))
    return ChainError(_refused(answer)) if "error" in answer else answer.get("result")


def _refused(answer: Mapping[str, Any]) -> str:
    error = answer["error"]
    said = str(error.get("message", error) if isinstance(error, dict) else error)
    return _("The chain refused the question: %(said)s") % {"said": said[:200]}


def _eth_call(contract: str, signature: str, kinds: list[str], values: list[Any], block: str = "latest") -> Call:
    data = keccak(text=signature)[:4] + encode(kinds, values)
    return "eth_call", [{"to": contract, "data": f"0x{data.hex()}"}, block]


def _balance_call(question: Question, block: str) -> Call:
    if question.standard == "native":
        return "eth_getBalance", [question.holder, block]
    if question.standard == "erc1155":
        kinds, values = ["address", "uint256"], [question.holder, question.token_id or 0]
        return _eth_call(question.contract, "balanceOf(address,uint256)", kinds, values, block)
    return _eth_call(question.contract, "balanceOf(address)", ["address"], [question.holder], block)


def _holding(question: Question, answer: Any, block: int, decimals: int | ChainError | None) -> Holding:
    try:
        raw = _number(answer) if question.standard == "native" else _word(answer)
        if isinstance(decimals, ChainError):
            raise decimals
    except ChainError as error:
        return Holding(None, block, str(error)[:300])
    places = COIN_DECIMALS if question.standard == "native" else decimals or 0
    with localcontext(prec=160):
        amount = (Decimal(raw) / Decimal(10) ** places).quantize(PLACES, rounding="ROUND_DOWN")
        return Holding(min(amount, CEILING), block)


def _decimals(answer: Any) -> int | ChainError:
    try:
        found = _word(answer)
    except ChainError as error:
        return error
    return found if found <= MOST_DECIMALS else ChainError(_("The token says that it has impossibly many decimals."))


def _number(answer: Any) -> int:
    if isinstance(answer, ChainError):
        raise answer
    try:
        return int(answer, 16)
    except (TypeError, ValueError) as error:
        raise ChainError(_("The chain answers something that is no number.")) from error


def _word(answer: Any) -> int:
    """Read one uint256; an empty answer means that no such contract is there."""
    found = _bytes(answer)
    if not found:
        raise ChainError(_("There is no such token at this address on this chain."))
    try:
        return int(decode(["uint256"], found)[0])
    except DecodingError as error:
        raise ChainError(_("The contract answers something that is no amount.")) from error


def _bytes(answer: Any) -> bytes:
    if isinstance(answer, ChainError):
        raise answer
    try:
        return bytes.fromhex(str(answer).removeprefix("0x"))
    except ValueError as error:
        raise ChainError(_("The chain answers something that is no data.")) from error
