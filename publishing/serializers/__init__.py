"""How platforms, accounts and posts look through the API."""
