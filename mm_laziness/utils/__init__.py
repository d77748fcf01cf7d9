"""Configs, random streams, features and studies."""
