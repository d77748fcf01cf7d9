_base_ = './joint_r18_vggsound.py'

# Table 12 of the paper: joint training with SGD; the paper prints neither, so
# Adam's rate and the usual momentum.
optim_wrapper = dict(optimizer=dict(_delete_=True, type='SGD', lr=1e-3, momentum=0.9))
