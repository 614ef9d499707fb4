"""What people enter about numbers."""
