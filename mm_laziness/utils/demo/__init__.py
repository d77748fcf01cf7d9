"""A trained model on one video file."""
