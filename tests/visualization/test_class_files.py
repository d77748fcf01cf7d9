import json

import cv2
from classreports import small

from mm_laziness.visualization.class_files import write_class_report


def test_all_files_are_there_and_can_be_read(tmp_path):
    report = small()
    report['names'][2] = 'joint:a'
    for name in ('mean', 'top1', 'confusion'):
        report[name]['joint:a'] = report[name].pop('average')
    for row in report['table']:
        row['accuracy']['joint:a'] = row['accuracy'].pop('average')
    text = write_class_report(report, tmp_path / 'new', ['A note.'])
    folder = tmp_path / 'new'
    assert (folder / 'classes.md').read_text() == text and 'A note.' in text
    assert json.loads((folder / 'classes.json').read_text()) == report
    assert (folder / 'classes.csv').read_text().count('\n') == 4
    pictures = sorted(path.name for path in folder.glob('*.png'))
    assert pictures == [
        'class_accuracies.png',
        'class_gains.png',
        'confusion_audio.png',
        'confusion_joint.png',
        'confusion_joint_a.png',
        'confusion_rgb.png',
    ]
    assert all(cv2.imread(str(folder / name)).std() > 5 for name in pictures)
    before = (folder / 'class_gains.png').read_bytes()
    write_class_report(report, folder)
    assert (folder / 'class_gains.png').read_bytes() == before


def test_nothing_to_compare_leaves_the_gains_out(tmp_path):
    write_class_report(small(unimodal=[], joint=None), tmp_path)
    assert not (tmp_path / 'class_gains.png').exists()
    assert (tmp_path / 'class_accuracies.png').exists()
