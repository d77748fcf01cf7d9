_base_ = './joint_r18_modelnet40.py'

# Uni-Modal Ensemble: the average of the uni-modal models; nothing is trained.
model = dict(
    _delete_=True,
    type='UMERecognizer',
    members=dict(
        front=dict(
            config='{{ fileDirname }}/front_r18_modelnet40.py',
            checkpoint='work_dirs/front_r18_modelnet40/best.pth',
        ),
        rear=dict(
            config='{{ fileDirname }}/rear_r18_modelnet40.py',
            checkpoint='work_dirs/rear_r18_modelnet40/best.pth',
        ),
    ),
)
