"""Words, sentences, lengths and feelings of a text; no models, no network."""
