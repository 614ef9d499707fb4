"""How assets and pieces look through the API."""
