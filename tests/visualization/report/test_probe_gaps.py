from mm_laziness.visualization.report.probe_gaps import ProbeGap, probe_gap


def test_gaps_by_hand():
    results = dict(
        rgb=dict(probe_top1=dict(rgb=60.0)),
        joint=dict(probe_top1=dict(rgb=40.0, audio=70.0)),
        ume=dict(top1=1.0),
    )
    assert probe_gap(results, 'joint', 'rgb') == ProbeGap(-20.0, None)
    assert probe_gap(results, 'rgb', 'rgb') is None
    assert probe_gap(results, 'ume', 'rgb') is None
    # No encoder of sound was trained alone.
    assert probe_gap(results, 'joint', 'audio') is None


def test_paired_ones_go_before():
    joint = dict(
        probe_top1=dict(rgb=40.0, audio=70.0, flow=1.0),
        probe_difference=dict(rgb=-19.0, audio=-3.0, flow=9.0),
        probe_difference_interval=dict(rgb=[-25.0, -14.0], audio=[-6.0, 1.0]),
    )
    results = dict(rgb=dict(probe_top1=dict(rgb=60.0)), joint=joint)
    assert probe_gap(results, 'joint', 'rgb') == ProbeGap(-19.0, [-25.0, -14.0])
    # Compared with an encoder that is not among the results.
    assert probe_gap(results, 'joint', 'audio') == ProbeGap(-3.0, [-6.0, 1.0])
    # A difference without its interval says nothing of chance.
    assert probe_gap(results, 'joint', 'flow') is None
