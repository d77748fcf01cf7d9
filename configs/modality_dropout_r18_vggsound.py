_base_ = './joint_r18_vggsound.py'

# Modality dropout: a step drops one modality with this probability, which is our
# choice: the paper gives none.
model = dict(cls_head=dict(modality_dropout=0.5))
