"""Train, test and probe methods x seeds on one data set."""
