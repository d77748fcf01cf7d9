"""What the study refuses before anything is trained."""

import pytest

pytest_plugins = ['tinyset']


def study(tiny, folder, *arguments):
    return tiny.tool(
        *('study', 'slim_avdigits', '--work-dir', folder, '--config-dir', tiny.configs),
        *arguments,
        *('--cfg-options', f'data_root={tiny.data}', 'num_classes=3'),
    )


@pytest.mark.parametrize(
    'arguments, message',
    [
        (['--methods', 'umtt'], "did you mean 'umt'? Methods of slim_avdigits: audio,"),
        (['--vary', 'joint', 'model.a=1'], "--vary joint model.a: .* has no 'a'"),
        (
            ['--methods', 'rgb', '--baseline', 'umt'],
            "the baseline method 'umt' is none of",
        ),
        (['--guidance-from', 'mmclf'], "the guidance method 'mmclf' is none of"),
        (['--class-names', 'no.txt'], 'class-name file no.txt does not exist'),
    ],
)
def test_bad_input(tiny, arguments, message):
    unknown = tiny.folder / 'unknown'
    with pytest.raises(SystemExit, match=message.replace('?', r'\?')):
        study(tiny, unknown, *arguments)
    assert not unknown.exists()


@pytest.mark.parametrize(
    'arguments', [['--probe-interval', 2], ['--workers', 0], ['--missing', 'noise']]
)
def test_bad_arguments(tiny, arguments, capsys):
    with pytest.raises(SystemExit) as error:
        study(tiny, tiny.folder / 'unknown', *arguments)
    assert error.value.code == 2
