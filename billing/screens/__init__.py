"""What the pages of billing show, ready for their templates."""
