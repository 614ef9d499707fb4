"""What pages of publishing show, put together."""
