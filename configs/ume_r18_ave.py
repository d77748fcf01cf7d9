_base_ = './joint_r18_ave.py'

# Uni-Modal Ensemble: the average of the uni-modal models; nothing is trained.
model = dict(
    _delete_=True,
    type='UMERecognizer',
    members=dict(
        rgb=dict(
            config='{{ fileDirname }}/rgb_r18_ave.py',
            checkpoint='work_dirs/rgb_r18_ave/best.pth',
        ),
        audio=dict(
            config='{{ fileDirname }}/audio_r18_ave.py',
            checkpoint='work_dirs/audio_r18_ave/best.pth',
        ),
    ),
)
