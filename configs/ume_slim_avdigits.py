_base_ = './joint_slim_avdigits.py'

# Uni-Modal Ensemble: the average of the uni-modal models; nothing is trained.
model = dict(
    _delete_=True,
    type='UMERecognizer',
    members=dict(
        rgb=dict(
            config='{{ fileDirname }}/rgb_slim_avdigits.py',
            checkpoint='work_dirs/rgb_slim_avdigits/best.pth',
        ),
        audio=dict(
            config='{{ fileDirname }}/audio_slim_avdigits.py',
            checkpoint='work_dirs/audio_slim_avdigits/best.pth',
        ),
    ),
)
