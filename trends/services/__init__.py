"""Commands of trends."""
