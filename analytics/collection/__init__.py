"""How numbers come in: posts by their ladder, accounts day by day."""
