"""How material comes in: bytes, links, documents, and knowing it again."""
