"""What chains are called."""

from django.utils.translation import gettext as _

CHAINS = {
    1: "Ethereum", 10: "OP Mainnet", 56: "BNB Smart Chain", 100: "Gnosis", 137: "Polygon", 8453: "Base",
    42161: "Arbitrum One", 43114: "Avalanche", 11155111: "Sepolia",
}  # fmt: skip


def chain_name(chain_id: int) -> str:
    """Return a chain's name, or its number."""
    return CHAINS.get(chain_id) or _("Chain") + f" {chain_id}"
