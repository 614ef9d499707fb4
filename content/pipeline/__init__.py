"""From raw material to pieces, step by step. Each step skips what is done, and can be cut off anywhere."""
