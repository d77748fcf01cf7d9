_base_ = './joint_r18_ucf101.py'

# Uni-Modal Ensemble: the average of the uni-modal models; nothing is trained.
model = dict(
    _delete_=True,
    type='UMERecognizer',
    members=dict(
        rgb=dict(
            config='{{ fileDirname }}/rgb_r18_ucf101.py',
            checkpoint='work_dirs/rgb_r18_ucf101/best.pth',
        ),
        flow=dict(
            config='{{ fileDirname }}/flow_r18_ucf101.py',
            checkpoint='work_dirs/flow_r18_ucf101/best.pth',
        ),
    ),
)
