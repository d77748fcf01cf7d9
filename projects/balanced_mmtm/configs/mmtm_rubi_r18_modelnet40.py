_base_ = './mmtm_r18_modelnet40.py'

# RUBi on MMTM. Which view Wu et al. mask with, and whether the branches keep their own
# losses, is not public. Both views are alike, so both mask here.
model = dict(
    cls_head=dict(type='RUBiHead', biased=['front', 'rear'], branch_loss_weight=0.0)
)
