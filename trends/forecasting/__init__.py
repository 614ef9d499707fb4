"""What a topic will do: pure functions from readings to features, trained models as plain arrays, and the rule."""
