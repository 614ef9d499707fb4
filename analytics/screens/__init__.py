"""What pages of numbers show, made ready for their templates."""
