"""The life of a subscription: begun, paid, changed, asked for, held, ended. All times are arguments."""
