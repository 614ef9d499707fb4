"""What shops and sites send about sign-ups and sales: who may send it, and what of it is kept."""
