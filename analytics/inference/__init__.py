"""Statistics without tables: tests, their correction, odd days, changes, and what is to be expected."""
