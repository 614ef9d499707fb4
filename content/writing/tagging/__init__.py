"""Tags for a post."""
