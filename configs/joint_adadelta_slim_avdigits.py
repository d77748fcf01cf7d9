_base_ = './joint_slim_avdigits.py'

# Joint training with Adadelta; its rate is a common one, not tuned.
optim_wrapper = dict(
    optimizer=dict(_delete_=True, type='Adadelta', lr=1.0, weight_decay=1e-4)
)
