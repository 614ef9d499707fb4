"""What Instagram, Facebook Pages and Threads share: the Graph wire, its errors, the sign-in, the webhooks."""
