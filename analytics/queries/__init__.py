"""Questions about numbers."""
