from mm_laziness.visualization.report.numbers import (
    interval,
    listing,
    number,
    p_value,
    percent,
    points,
)


def test_numbers():
    assert number(1.25, '.2f') == '1.25' and number(0.0) == '0.0'
    assert points(-2.04) == '−2.0' and points(2.06) == '+2.1'
    assert interval([-1, 5.84], sign=True) == '[−1.0, +5.8]'
    assert interval([1, 5.84]) == '[1.0, 5.8]'
    assert p_value(2.3e-6) == '2e-6' and p_value(0.04) == '0.04'
    assert percent(0.125) == 12.5 and percent(None) is None


def test_what_is_not_known_is_a_dash():
    assert {number(None), points(None), interval(None), p_value(None)} == {'-'}


def test_listing():
    assert listing(['a']) == 'a'
    assert listing(['a', 'b']) == 'a and b'
    assert listing(['a', 'b', 'c']) == 'a, b and c'
