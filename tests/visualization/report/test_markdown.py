import pytest
from markdown_it import MarkdownIt

from mm_laziness.visualization.report.document import (
    Code,
    Facts,
    Fold,
    Picture,
    Section,
    Table,
    Text,
)
from mm_laziness.visualization.report.markdown import markdown_table, render_markdown

READ = MarkdownIt('commonmark').enable('table')


def markdown(*blocks, title='Title'):
    return render_markdown(title, [Section('One Section', blocks)])


def test_whole():
    text, files = markdown(
        Text('50 % and `a*b|c`.'),
        Facts([('joint', '80.0 %', 'fused')]),
        Table(['method', 'top-1'], [['a', '1.0'], ['b', '-']], best=0),
        Picture('figures/p.png', 'What it is', b'png', 9),
        Fold('more', [Code('x = 1', 'python')]),
    )
    assert text == (
        '# Title\n\n- [One Section](#one-section)\n\n## One Section\n\n'
        '50 % and `a*b\\|c`.\n\n- joint: **80.0 %**, fused\n\n'
        '| method | top-1 |\n| :-- | --: |\n| a | 1.0 |\n| b | - |\n\n'
        '![What it is](figures/p.png)\n\n'
        '<details>\n<summary>more</summary>\n\n```python\nx = 1\n```\n\n</details>\n'
    )
    assert files == {'figures/p.png': b'png'}


@pytest.mark.parametrize(
    'text',
    [
        '<script>alert(1)</script> & &lt; <!-- x',
        '*a* _b_ __c__ ~~d~~ a_b_c \\*',
        '[link](http://a.example) [x][y] ![i](j.png) [+1.0, −2.0]',
        '# no heading',
        '- no list',
        '1. no list',
        '> no quotation',
        '=== no heading',
        'a ` lonely backtick',
        'two\nlines  and spaces',
    ],
)
def test_text_from_outside_is_read_as_it_is(text):
    rendered, _ = markdown(Text(text))
    *_, opened, inline, closed = READ.parse(rendered)
    assert (opened.type, closed.type) == ('paragraph_open', 'paragraph_close')
    assert {child.type for child in inline.children} <= {'text', 'text_special'}
    read = ''.join(child.content for child in inline.children)
    assert read == ' '.join(text.split())


@pytest.mark.parametrize('cell', ['a|b', '`a|b`', '<b>', 'x\ny', '\\|', '|'])
def test_cells_stay_one(cell):
    table = Table(['name', cell], [[cell, '1'], ['b', cell]])
    html = READ.render(markdown_table(table))
    assert html.count('<th') == 3 and html.count('<td') == 4  # with thead
    assert '<b>' not in html


def test_code_cannot_end_its_fence():
    text, _ = markdown(Code('```\n````\n# x'))
    fences = [token for token in READ.parse(text) if token.type == 'fence']
    assert [fence.content for fence in fences] == ['```\n````\n# x\n']


def test_a_summary_is_no_html():
    text, _ = markdown(Fold('<b>\n</summary>', []))
    assert '<summary>&lt;b&gt; &lt;/summary&gt;</summary>' in text


def test_pictures_of_one_name_keep_apart():
    pictures = [
        Picture(path, '', path.encode(), 9)
        for path in ('figures/a.png', 'figures/A.png', 'figures/a.png')
    ]
    text, files = markdown(pictures[0], Fold('f', pictures[1:]))
    assert list(files) == ['figures/a.png', 'figures/A_2.png', 'figures/a_3.png']
    assert list(files.values()) == [picture.png for picture in pictures]
    assert all(f']({path})' in text for path in files)
