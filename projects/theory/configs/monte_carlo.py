# Defaults of run.py, which has an option for each.

seed = 0
# Training sets per share, each of its own features.
trials = 1000
modalities = 2
# Of all modalities together, paired ones among them.
features = 60
# Of a training set.
samples = 8

# Shares of the paired features among all.
shares = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
# Predicting probabilities are uniform between these, in a first sweep those of paired
# features as well; in a second, those lie between paired_low and paired_high.
p_low = 0.05
p_high = 0.5
paired_low = 0.3
paired_high = 0.8
# Of the wrong sign, of all features.
epsilon = 0.02

# Theorem 3.4 (c) is tried for each of these.
deltas = [0.5, 0.3, 0.1]
# Theorem 3.5: how far training pushes uni-modal features, at one share of paired ones,
# of the second sweep's strength.
boosts = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
boost_share = 0.3
