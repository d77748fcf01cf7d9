_base_ = './mmtm_slim_avdigits.py'

# RUBi on MMTM, masked with the modality that gets more right by itself. Both this and
# that the branches have no losses of their own is our choice.
model = dict(
    cls_head=dict(
        type='RUBiHead',
        biased='audio',
        hidden_channels=(128, 128),
        branch_loss_weight=0.0,
    )
)
