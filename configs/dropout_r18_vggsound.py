_base_ = './joint_r18_vggsound.py'

# Dropout: each feature is dropped in training with this probability, which is our
# choice: the paper gives none.
model = dict(cls_head=dict(dropout=0.5))
