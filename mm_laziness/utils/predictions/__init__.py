"""Find or make the predictions of models, and tell which stand for what."""
