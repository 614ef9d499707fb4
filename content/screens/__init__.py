"""What pages show, asked in few queries."""
