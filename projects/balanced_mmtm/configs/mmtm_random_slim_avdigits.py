_base_ = './mmtm_slim_avdigits.py'

# In each step from the second epoch on one of the modes is drawn: regular, or one of
# the modalities re-balanced.
custom_hooks = [dict(type='RebalancingHook', strategy='random')]
