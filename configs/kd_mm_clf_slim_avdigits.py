_base_ = './mm_clf_slim_avdigits.py'

# MM Clf on uni-modally distilled encoders: UMT without the joint loss.
model = dict(
    encoder_checkpoints=dict(
        rgb='work_dirs/kd_rgb_slim_avdigits/best.pth',
        audio='work_dirs/kd_audio_slim_avdigits/best.pth',
    )
)
