_base_ = './mm_clf_r18_vggsound.py'

# MM Clf on uni-modally distilled encoders: UMT without the joint loss.
model = dict(
    encoder_checkpoints=dict(
        rgb='work_dirs/kd_rgb_r18_vggsound/best.pth',
        audio='work_dirs/kd_audio_r18_vggsound/best.pth',
    )
)
