"""The calendar: what it shows, what may be moved, what it warns of, and the way back."""
