_base_ = './joint_slim_avdigits.py'

# Joint training with SGD; its rate is a common one, not tuned.
optim_wrapper = dict(
    optimizer=dict(_delete_=True, type='SGD', lr=0.1, momentum=0.9, weight_decay=1e-4)
)
