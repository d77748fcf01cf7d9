_base_ = './joint_slim_avdigits.py'

# Joint training with Adagrad; its rate is a common one, not tuned.
optim_wrapper = dict(
    optimizer=dict(_delete_=True, type='Adagrad', lr=1e-2, weight_decay=1e-4)
)
