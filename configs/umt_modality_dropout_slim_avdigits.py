_base_ = './umt_slim_avdigits.py'

# UMT with modality dropout; the probability is as in modality_dropout_*.
model = dict(cls_head=dict(modality_dropout=0.5))
