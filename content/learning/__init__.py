"""What an organisation's own posts taught, for people and for the next piece."""
