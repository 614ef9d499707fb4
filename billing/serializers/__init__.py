"""How billing looks through the API."""
