"""Threads: posts and threads of up to 500 characters each."""

from publishing.platforms.threads.adapter import Threads

__all__ = ["Threads"]
