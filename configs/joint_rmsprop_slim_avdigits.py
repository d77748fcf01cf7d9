_base_ = './joint_slim_avdigits.py'

# Joint training with RMSprop; its rate is a common one, not tuned.
optim_wrapper = dict(
    optimizer=dict(_delete_=True, type='RMSprop', lr=1e-3, weight_decay=1e-4)
)
