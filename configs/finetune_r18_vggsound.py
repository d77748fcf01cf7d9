_base_ = './mm_clf_r18_vggsound.py'

# Finetuning: MM Clf whose encoders train on, at rates from 1e-3 (1.0, the best) down to
# 1e-6 (0.001) in Table 15 of the paper. At 0 it is mm_clf_r18_vggsound.py.
model = dict(frozen_encoders=False)
optim_wrapper = dict(paramwise_cfg=dict(custom_keys={'encoders': dict(lr_mult=1.0)}))
