"""What topics will do, learned from what topics did."""
