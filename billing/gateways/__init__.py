"""Who moves the money: one protocol, five adapters, none of which knows a table."""
