"""What is unusual, what rises, and where it stands in its life. Pure functions over hourly series; no tables."""
