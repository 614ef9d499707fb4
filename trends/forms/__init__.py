"""Forms of trends."""
