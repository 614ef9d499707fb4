"""A year of everybody's work at a stated size, for measuring: made by the database, the same each time."""
