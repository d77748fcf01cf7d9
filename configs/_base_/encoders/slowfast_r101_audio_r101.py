_base_ = './slowfast_r50_audio_r50.py'

# Both encoders with 101 layers.
model = dict(
    encoders=dict(
        rgb=dict(slow_pathway=dict(depth=101), fast_pathway=dict(depth=101)),
        audio=dict(depth=101),
    ),
)
