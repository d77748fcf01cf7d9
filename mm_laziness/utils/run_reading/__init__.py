"""Read what training, tests and tools have left in the folders of runs."""
