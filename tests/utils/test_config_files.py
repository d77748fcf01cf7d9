import os

import pytest
from mmengine.config import Config

from mm_laziness.utils.config_files import find_config

NAME = 'slowonly_r50_8xb16-4x16x1-256e_kinetics400-rgb'


@pytest.mark.parametrize(
    'name', [f'recognition/slowonly/{NAME}.py', f'recognition/slowonly/{NAME}', NAME]
)
def test_configs_of_mmaction2(name):
    path = find_config(f'mmaction::{name}')
    assert path.endswith(os.path.join('recognition', 'slowonly', f'{NAME}.py'))
    # With all of its bases.
    model = Config.fromfile(path).model
    assert model.backbone.type == 'ResNet3dSlowOnly'
    assert model.cls_head.num_classes == 400


def test_near_names_of_an_unknown_one():
    asked = NAME.replace('4x16x1', '8x16x1')
    with pytest.raises(FileNotFoundError) as error:
        find_config(f'mmaction::recognition/slowonly/{asked}.py')
    text = str(error.value)
    assert text.startswith(
        f'MMAction2 has no config mmaction::recognition/slowonly/{asked}'
    )
    assert 'did you mean mmaction::recognition/slowonly/slowonly_r50' in text
    assert f'mmaction::recognition/slowonly/{NAME}.py' in text
    with pytest.raises(FileNotFoundError, match=r'no config mmaction::qqq$'):
        find_config('mmaction::qqq')


def test_files(tmp_path):
    path = tmp_path / 'joint_r18_mine.py'
    path.touch()
    assert find_config(str(path)) == str(path)
    with pytest.raises(FileNotFoundError, match='joint_r18_mine.py?') as error:
        find_config(str(tmp_path / 'joint_r81_mine.py'))
    assert f'does not exist; did you mean {path}?' in str(error.value)
    with pytest.raises(FileNotFoundError, match='is a folder; name its config'):
        find_config(str(tmp_path))
    with pytest.raises(ValueError, match='best.pth is no config .*comes first, then'):
        find_config(str(tmp_path / 'best.pth'))
    with pytest.raises(FileNotFoundError, match='nowhere.py does not exist$'):
        find_config(os.path.join(tmp_path, 'other', 'nowhere.py'))
