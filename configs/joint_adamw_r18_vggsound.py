_base_ = './joint_r18_vggsound.py'

# Table 12 of the paper: joint training with AdamW; the paper prints no rate, so
# that of Adam.
optim_wrapper = dict(optimizer=dict(_delete_=True, type='AdamW', lr=1e-3))
