_base_ = './mm_clf_slim_avdigits.py'

# Finetuning: MM Clf whose encoders train on, at a tenth of their rates.
model = dict(frozen_encoders=False)
optim_wrapper = dict(
    paramwise_cfg=dict(
        custom_keys={
            'encoders.rgb': dict(lr_mult=1 / 30),
            'encoders.audio': dict(lr_mult=1 / 10),
        }
    )
)
