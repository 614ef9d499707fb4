"""Wallets and chains of the Ethereum kind. Loaded by settings path on first use: its libraries are slow to import."""
