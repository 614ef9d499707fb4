"""Hooks, captions, calls to action and hashtag sets: whose they are, what they may say, what became of them."""
