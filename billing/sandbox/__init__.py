"""The test gateway's own side: its books, its clock, its wire. It knows nothing of our subscriptions and payments."""
