"""What the calendar shows: a month, a week, lanes or a list, each read with the same few questions."""
