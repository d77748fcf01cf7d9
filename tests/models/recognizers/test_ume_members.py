"""UME's members: of ours and of MMAction2's, asked as when they run alone."""

import pytest
import torch
from tinymembers import FRAMES, SHAPES, ours, predict, stock, ume, write
from tinymodels import ENCODERS, batch, config


@pytest.mark.parametrize('average_clips', ['score', 'prob'])
@pytest.mark.parametrize(
    'kind, shape', [('2d', FRAMES), ('3d', SHAPES['rgb']), ('audio', SHAPES['audio'])]
)
def test_stock_member_predicts_as_when_alone(tmp_path, kind, shape, average_clips):
    """Its own preprocessor, segments, clips and dropout-free head."""
    member = write(tmp_path, kind, stock(kind, average_clips))
    data = batch(3, seen=shape)
    alone = predict(member.net, dict(data, inputs=data['inputs']['seen']))
    for average in ('score', 'prob'):
        result = predict(ume(dict(seen=member), average=average), data)
        for sample, expected in zip(result, alone, strict=True):
            expected = expected.pred_score
            if average_clips == 'prob' and average == 'score':
                expected = expected.log()
            if average_clips == 'score' and average == 'prob':
                expected = expected.softmax(0)
            torch.testing.assert_close(sample.pred_score, expected)


def test_confident_clips_keep_their_order(tmp_path):
    """Probabilities of 0 in float32 are no ties."""
    member = write(tmp_path, 'audio', ours('audio', average_clips='prob'))
    model = ume(dict(audio=member))
    head = model.members['audio'].cls_head.fc_cls
    with torch.no_grad():
        head.weight.zero_()
        head.bias.copy_(torch.tensor([0.0, 300.0, 150.0]))
    scores = predict(model, batch(1, **SHAPES))[0].unimodal_scores['audio']
    torch.testing.assert_close(scores, torch.tensor([-300.0, 0.0, -150.0]))


def test_config_as_a_dict_and_preprocessor_beside_the_model(tmp_path):
    cfg = stock('2d')
    member = write(tmp_path, '2d', cfg)
    bare = {key: value for key, value in cfg.items() if key != 'data_preprocessor'}
    member.files['config'] = dict(
        model=bare, data_preprocessor=cfg['data_preprocessor']
    )
    data = batch(2, seen=FRAMES)
    alone = predict(member.net, dict(data, inputs=data['inputs']['seen']))
    result = predict(ume(dict(seen=member), average='prob'), data)
    torch.testing.assert_close(result[0].pred_score, alone[0].pred_score)
    assert 'data_preprocessor' not in member.files['config']['model']


def test_two_views_of_one_kind(pair):
    """A member need not have here the name that it has in its own config."""
    model = ume(dict(front=pair['rgb'], side=pair['rgb']))
    data = batch(2, front=SHAPES['rgb'], side=SHAPES['rgb'])
    result = predict(model, data)
    for name in ('front', 'side'):
        alone = dict(data, inputs=dict(rgb=data['inputs'][name]))
        expected = predict(pair['rgb'].net, alone)[1].pred_score
        torch.testing.assert_close(result[1].unimodal_scores[name], expected)


def test_missing_files(pair):
    pair['rgb'].files['checkpoint'] = 'work_dirs/rgb_r18/best.pth'
    with pytest.raises(FileNotFoundError) as error:
        ume(pair)
    for part in ("members['rgb']", 'rgb_r18/best.pth', 'configs/rgb_r18.py'):
        assert part in str(error.value)


def test_checkpoint_of_another_model(tmp_path, pair):
    pair['rgb'].files['checkpoint'] = pair['audio'].files['checkpoint']
    with pytest.raises(ValueError, match="does not fit member 'rgb'.*missing"):
        ume(pair)
    other = ours('audio')
    other['encoders']['audio'] = dict(ENCODERS['audio'], base_channels=8)
    other['cls_head']['in_channels'] = dict(audio=8)
    wide = write(tmp_path, 'wide', other)
    wide.files['config'] = pair['audio'].files['config']
    with pytest.raises(ValueError, match="does not fit member 'audio'.*other shapes"):
        ume(dict(audio=wide))


def test_members_of_different_classes(tmp_path, pair):
    pair['rgb'] = write(tmp_path, '3d', stock('3d', classes=7))
    with pytest.raises(ValueError, match=r"same classes.*\{'rgb': 7, 'audio': 3\}"):
        ume(pair)


def test_a_member_is_unimodal(tmp_path):
    joint = write(tmp_path, 'joint', config())
    with pytest.raises(ValueError, match=r"joint.py takes \['rgb', 'audio'\]"):
        ume(dict(rgb=joint))
