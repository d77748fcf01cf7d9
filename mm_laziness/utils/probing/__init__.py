"""How good the encoders of trained models are, by linear classifiers on them."""
