from projects.synthetic_features.method_tables import (
    class_recalls,
    method_table,
    num_classes,
)


def entry(top1, *recall):
    return dict(top1=top1, class_recall=list(recall))


RESULTS = dict(
    ume=dict(A=[entry(100.0, 100.0, 100.0)], C=[entry(60.0, 90.0, 40.0, 50.0)]),
    umt_mlp=dict(A=[entry(99.0, 98.0, 100.0), entry(97.0, 96.0, 98.0)]),
)


def test_recalls_are_means_over_seeds():
    assert class_recalls(RESULTS, 'umt_mlp', 'A') == [97.0, 99.0]
    assert class_recalls(RESULTS, 'umt_mlp', 'C') == []


def test_number_of_classes():
    assert num_classes(RESULTS, 'C') == 3
    assert num_classes(RESULTS, 'B') == 0


def test_rows():
    rows = [
        [cell.strip() for cell in line.split('|')[1:-1]]
        for line in method_table(RESULTS).split('\n')
    ]
    assert rows[0] == ['Method', 'Set A', 'Set C', *(f'C, class {k}' for k in range(3))]
    assert rows[2] == ['UME', '100.0', '60.0', '90.0', '40.0', '50.0']
    assert rows[3] == ['UMT MLP', '98.0 ± 1.4', '-', '-', '-', '-']
