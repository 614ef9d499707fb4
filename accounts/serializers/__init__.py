"""How people, organisations and brands look through the API."""
