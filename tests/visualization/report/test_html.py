import base64
import re
from html.parser import HTMLParser
from pathlib import Path

from setuptools import Distribution

from mm_laziness.visualization.report import html as report_html
from mm_laziness.visualization.report.document import (
    Code,
    Facts,
    Fold,
    Picture,
    Section,
    Table,
    Text,
)

EVIL = '</title></pre></style><script>x</script><img src=y onerror=z>"\''


class Reader(HTMLParser):
    """Which elements there are, with which text."""

    VOID = ('meta', 'img')

    def __init__(self, html):
        super().__init__()
        self.open, self.seen = [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.seen.append([tag, dict(attributes), ''])
        if tag not in self.VOID:
            self.open.append(self.seen[-1])

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        for element in self.open:
            element[2] += data

    def texts(self, tag):
        return [text for name, _, text in self.seen if name == tag]


def html(*blocks, title='Title'):
    return report_html.render_html(title, [Section('One Section', blocks)])


def test_whole():
    page = Reader(
        html(
            Text('50 % and `a = b`.'),
            Facts([('joint', '80.0 %', 'fused')]),
            Table(['method', 'top-1'], [['a', '1.0'], ['b', '2.0']], best=1),
            Picture('figures/p.png', 'What it is', b'png', 288),
            Fold('more', [Fold('still more', [Code('x = 1\n  y')])]),
        )
    )
    # What belongs together is not torn apart at a line's end.
    assert page.texts('p') == ['50\xa0% and a\xa0=\xa0b.']
    assert page.texts('p code') == [] and page.texts('code')[0] == 'a\xa0=\xa0b'
    assert page.texts('title') == page.texts('h1') == ['Title']
    assert page.texts('h2') == page.texts('a') == ['One Section']
    (link,) = [a for tag, a, _ in page.seen if tag == 'a']
    (section,) = [a for tag, a, _ in page.seen if tag == 'section']
    assert link['href'] == '#one-section' and section['id'] == 'one-section'
    rows = [attributes.get('class') for tag, attributes, _ in page.seen if tag == 'tr']
    assert rows == [None, None, 'best']
    assert page.texts('th') == ['method', 'top-1', 'a', 'b']
    assert page.texts('td') == ['1.0', '2.0']
    (image,) = [a for tag, a, _ in page.seen if tag == 'img']
    assert image['src'] == f'data:image/png;base64,{base64.b64encode(b"png").decode()}'
    assert image['alt'] == 'What it is' and '288px' in image['style']
    assert page.texts('summary') == ['more', 'still more']
    assert page.texts('pre') == ['x = 1\n  y']


def test_text_from_outside_is_escaped_everywhere():
    blocks = [
        Text(EVIL),
        Facts([(EVIL,) * 3]),
        Table([EVIL], [[EVIL]]),
        Picture('p.png', EVIL, b'', 1),
        Code(EVIL),
        Fold(EVIL, []),
    ]
    page = Reader(html(*blocks, title=EVIL))
    assert not page.texts('script') and len(page.texts('img')) == 1
    for tag in ('title', 'h1', 'p', 'dt', 'b', 'th', 'figcaption', 'pre', 'summary'):
        assert EVIL in page.texts(tag), tag


def test_needs_nothing_from_elsewhere():
    text = html(Text('x'), Picture('p.png', 'x', b'', 1))
    assert "default-src 'none'; img-src data:;" in text
    assert not re.search(r'url\(|@import|@font-face|<link|<script|https?:', text)


def test_a_wheel_holds_the_templates(monkeypatch):
    root = Path(__file__).parents[3]
    monkeypatch.chdir(root)
    distribution = Distribution()
    distribution.parse_config_files(['pyproject.toml'])
    patterns = distribution.package_data['mm_laziness.visualization.report']
    package = Path(report_html.__file__).parent
    packed = {path for pattern in patterns for path in package.glob(pattern)}
    assert packed >= {p for p in package.rglob('*') if p.suffix in ('.css', '.j2')}
    assert len(packed) == 2
