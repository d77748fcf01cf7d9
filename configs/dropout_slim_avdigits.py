_base_ = './joint_slim_avdigits.py'

# Dropout: each feature is dropped in training with this probability.
model = dict(cls_head=dict(dropout=0.5))
