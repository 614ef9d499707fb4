"""How numbers look through the API."""
