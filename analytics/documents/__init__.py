"""The typed document of every platform whose days are counted, by its key."""
