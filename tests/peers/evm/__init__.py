"""A real chain in process: py-evm behind JSON-RPC over HTTP, with contracts written for the tests.

The sources stand beside this file; contracts.json is what `vyper 0.4.3 --evm-version shanghai -f abi,bytecode` makes of
them. Nothing is simulated: balances are what the EVM computes.
"""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.signers.local import LocalAccount
from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.exceptions import TransactionFailed
from eth_utils.crypto import keccak

# py_ecc raises it to 100,000 on import: what then recurses too deeply ends the process instead of raising.
sys.setrecursionlimit(1000)

CONTRACTS = json.loads((Path(__file__).parent / "contracts.json").read_text())


@dataclass
class Holder:
    """Somebody with a key."""

    account: LocalAccount

    @property
    def address(self) -> str:
        return str(self.account.address)

    def sign(self, text: str) -> str:
        """Sign as a wallet's personal_sign does."""
        return "0x" + self.account.sign_message(encode_defunct(text=text)).signature.hex().removeprefix("0x")


def holder(key: str = "") -> Holder:
    """Return somebody new, or the one with this key."""
    return Holder(Account.from_key(key) if key else Account.create())


def data_of(signature: str, kinds: list[str], values: list[Any]) -> str:
    """Return the data of a transaction that calls a function."""
    return "0x" + (keccak(text=signature)[:4] + encode(kinds, values)).hex()


@dataclass
class Chain:
    """The chain, and the server's moods."""

    url: str
    tester: EthereumTester
    asked: list[str] = field(default_factory=list)
    mood: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def rich(self) -> str:
        """An account with coins, whose transactions the tester signs."""
        return str(self.tester.get_accounts()[0])

    def deploy(self, name: str, kinds: list[str] | None = None, values: list[Any] | None = None) -> str:
        """Deploy a contract from the rich account (or `values`' maker) and return its address."""
        data = CONTRACTS[name]["bytecode"] + encode(kinds or [], values or []).hex()
        return self._deploy(data)

    def _deploy(self, data: str) -> str:
        sent = self.tester.send_transaction({"from": self.rich, "gas": 2_000_000, "data": data})
        return str(self.tester.get_transaction_receipt(sent)["contract_address"])

    def send(self, contract: str, signature: str, kinds: list[str], values: list[Any]) -> None:
        """Send a transaction of the rich account to a contract."""
        data = data_of(signature, kinds, values)
        sent = self.tester.send_transaction({"from": self.rich, "to": contract, "gas": 500_000, "data": data})
        assert self.tester.get_transaction_receipt(sent)["status"] == 1

    def pay(self, to: str, wei: int) -> None:
        """Send coins."""
        self.tester.send_transaction({"from": self.rich, "to": to, "gas": 21_000, "value": wei})

    def adopt(self, one: Holder) -> None:
        """Let the chain sign transactions of a holder, who gets coins for them."""
        self.tester.add_account(one.account.key.hex())
        self.pay(one.address, 10**17)

    def answer(self, question: dict[str, Any]) -> dict[str, Any]:
        """Answer one JSON-RPC question."""
        self.asked.append(question["method"])
        head = {"jsonrpc": "2.0", "id": question["id"]}
        try:
            with self.lock:
                return head | {"result": self._result(question["method"], question["params"])}
        except TransactionFailed as error:
            return head | {"error": {"code": 3, "message": f"execution reverted: {error}"}}

    def _result(self, method: str, params: list[Any]) -> str:
        if method == "eth_blockNumber":
            return hex(self.tester.get_block_by_number("latest")["number"])
        if method == "eth_getBalance":
            return hex(self.tester.get_balance(params[0]))
        assert method == "eth_call"
        call = {"from": self.rich, "gas": 1_000_000, **params[0]}
        return str(self.tester.call(call))


def _handler(chain: Chain) -> type[BaseHTTPRequestHandler]:
    class Front(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            moods = {"down": (503, b"busy"), "poem": (200, b"roses are red"), "single": (200, b'{"result": "0x1"}')}
            refusal = (200, json.dumps({"error": {"code": -32005, "message": "rate limited"}}).encode())
            moods["refusing"] = refusal
            status, said = moods.get(chain.mood) or (200, json.dumps([chain.answer(each) for each in body]).encode())
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    return Front


@contextmanager
def running() -> Iterator[Chain]:
    """Run a chain of its own, with a server in front."""
    chain = Chain("", EthereumTester(PyEVMBackend()))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(chain))
    chain.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield chain
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
