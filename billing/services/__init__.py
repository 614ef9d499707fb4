"""Commands on plans and money."""
