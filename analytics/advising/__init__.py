"""Learning what to post next: a posterior over choices, evidence that holds under peeking, honest trials. Pure."""
