import pickle
import zipfile
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from mm_laziness.utils.probing.encoder_weights import (
    checkpoint_of,
    load_encoders,
    read_recognizer,
    stored_encoders,
)


def model(*names):
    return SimpleNamespace(encoders={name: nn.Linear(2, 2) for name in names})


def state(prefix, value, width=2):
    return {
        f'{prefix}.weight': torch.full((width, 2), float(value)),
        f'{prefix}.bias': torch.zeros(width),
    }


@pytest.fixture
def save(tmp_path):
    def write(name, *states):
        path = tmp_path / name
        torch.save(dict(state_dict={k: v for s in states for k, v in s.items()}), path)
        return str(path)

    return write


def test_each_encoder_gets_its_own_weights(save):
    both = save(
        'both.pth',
        state('encoders.front', 1),
        state('encoders.rear', 2),
        state('cls_head.fc_cls', 3),
        state('my_own_part', 4),
    )
    net = model('front', 'rear')
    load_encoders(net, both)
    weights = {name: e.weight[0, 0].item() for name, e in net.encoders.items()}
    assert weights == dict(front=1, rear=2)
    stock = save('stock.pth', state('module.backbone', 5), state('cls_head', 6))
    load_encoders(net, dict(rear=stock))
    weights = {name: e.weight[0, 0].item() for name, e in net.encoders.items()}
    assert weights == dict(front=1, rear=5)
    assert stored_encoders(read_recognizer(both)) == ['front', 'rear']
    assert stored_encoders(read_recognizer(stock)) == []


def test_checkpoints_of_something_else_are_refused_by_name(save, tmp_path):
    detector = save('detector.pth', state('backbone', 1), state('roi_head.fc', 1))
    other = save('other.pth', state('layer1', 1))
    wide = save('wide.pth', state('backbone', 1, width=3))
    rear = save('rear.pth', state('encoders.rear', 1))
    numbers = str(tmp_path / 'numbers.pth')
    torch.save(dict(epoch=3), numbers)
    listed = str(tmp_path / 'listed.pth')
    torch.save([torch.zeros(2)], listed)
    pickled = tmp_path / 'scores.pkl'
    pickled.write_bytes(pickle.dumps(dict(a=object())))
    zipped = tmp_path / 'pictures.zip'
    with zipfile.ZipFile(zipped, 'w') as archive:
        archive.writestr('a.txt', 'text')
    for path, words in [
        (detector, "no recognizer: beside a backbone it holds ['roi_head']"),
        (other, "holds no encoders, neither under encoders. nor under backbone.; its "
                "names begin with ['layer1']"),
        (wide, "does not fit the encoder of 'front'"),
        (rear, "holds the encoders ['rear'], but not 'front'"),
        (numbers, 'holds no weights of a model'),
        (listed, 'but holds a list'),
        (str(pickled), 'cannot be read as a checkpoint'),
        (str(zipped), 'cannot be read as a checkpoint'),
    ]:  # fmt: skip
        with pytest.raises(ValueError) as error:
            load_encoders(model('front'), path)
        assert words in str(error.value) and path in str(error.value)


def test_one_backbone_is_not_taken_for_all_encoders(save):
    stock = save('stock.pth', state('backbone', 1))
    with pytest.raises(ValueError) as error:
        load_encoders(model('front', 'rear'), stock)
    assert 'holds one backbone, but the config has the encoders' in str(error.value)


def test_a_run_is_its_best_checkpoint(tmp_path):
    with pytest.raises(FileNotFoundError, match='neither best.pth nor'):
        checkpoint_of(str(tmp_path))
    # The run has been moved since.
    (tmp_path / 'last_checkpoint').write_text('/elsewhere/epoch_3.pth')
    (tmp_path / 'epoch_3.pth').touch()
    assert checkpoint_of(str(tmp_path)) == str(tmp_path / 'epoch_3.pth')
    (tmp_path / 'best.pth').touch()
    assert checkpoint_of(str(tmp_path)) == str(tmp_path / 'best.pth')
    (tmp_path / 'last_checkpoint').write_text(str(tmp_path / 'epoch_3.pth'))
    assert checkpoint_of(str(tmp_path)) == str(tmp_path / 'best.pth')
    assert checkpoint_of('a/file.pth') == 'a/file.pth'
