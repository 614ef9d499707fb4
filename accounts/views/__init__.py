"""Pages of people, organisations and brands."""
