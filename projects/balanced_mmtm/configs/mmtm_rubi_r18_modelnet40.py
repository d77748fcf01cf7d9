_base_ = './mmtm_r18_modelnet40.py'

# RUBi on MMTM. Which view Wu et al. mask with, and whether the branches keep their own
# losses, is not public. Our choice: both views mask, as they are alike, and the masked
# prediction alone trains the model.
model = dict(
    cls_head=dict(type='RUBiHead', biased=['front', 'rear'], branch_loss_weight=0.0)
)
