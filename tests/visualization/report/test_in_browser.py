"""The report as its readers see it: in a browser, without a network."""

import pytest
from browsers import require_browser
from fullreport import SECTIONS, full_report

from mm_laziness.visualization import write_report

WIDTHS = [1400, 500]


@pytest.fixture(scope='module')
def browser():
    path = require_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Containers give no browser the rights for its sandbox.
        browser = playwright.chromium.launch(
            executable_path=path, args=['--no-sandbox', '--disable-gpu']
        )
        yield browser
        browser.close()


@pytest.fixture(scope='module')
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp('report')
    return write_report(full_report(), folder)['html'].as_uri()


@pytest.fixture
def visit(browser):
    """Open a file at a width; what it asks for and complains of is in the lists."""
    contexts, asked, complaints = [], [], []

    def visit(address, width=WIDTHS[0], **settings):
        size = dict(width=width, height=900)
        contexts.append(browser.new_context(viewport=size, offline=True, **settings))
        page = contexts[-1].new_page()
        page.on('request', lambda request: asked.append(request.url))
        page.on('console', lambda message: complaints.append(message.text))
        page.on('pageerror', lambda error: complaints.append(str(error)))
        page.goto(address)
        return page

    visit.asked, visit.complaints = asked, complaints
    yield visit
    for context in contexts:
        context.close()


def broken_images(page):
    found = page.evaluate(
        'Array.from(document.images, i => i.decode().catch(() => 0)'
        '.then(() => [i.alt, i.naturalWidth]))'
        '.reduce(async (a, b) => [...await a, await b], [])'
    )
    assert found
    return [name for name, width in found if width == 0]


def too_wide(page):
    """Visible elements beyond the window, but for those in boxes that scroll."""
    return page.evaluate(
        """Array.from(document.querySelectorAll('body *'))
        .filter(e => !e.parentElement.closest('.scroll, pre'))
        .filter(e => e.getBoundingClientRect().right > window.innerWidth + 0.5
                  || e.getBoundingClientRect().left < -0.5)
        .map(e => e.outerHTML.slice(0, 80))"""
    )


def test_sections_and_links(visit, report):
    page = visit(report)
    assert page.locator('h2').all_inner_texts() == SECTIONS
    links = page.locator('nav a')
    assert links.all_inner_texts() == SECTIONS
    for link in links.all():
        link.click()
        target = page.locator(link.get_attribute('href'))
        heading = target.locator('h2')
        assert heading.inner_text() == link.inner_text()
        box = heading.bounding_box()
        assert 0 <= box['y'] < 900
    for section in SECTIONS[:4]:
        assert (
            len(page.locator(f'section:has(h2:text-is("{section}"))').inner_text()) > 50
        )


@pytest.mark.parametrize('scripts', [True, False])
def test_nothing_is_broken_asked_for_or_run(visit, report, scripts):
    page = visit(report, java_script_enabled=scripts)
    title = page.title()
    assert title.startswith('Title <script>document.title')
    if scripts:
        assert broken_images(page) == []
    assert page.locator('script').count() == 0
    assert page.locator('text=[link](http://evil.example)').count()
    # Data of images may be among the requests.
    others = [url for url in visit.asked if not url.startswith(('file:', 'data:'))]
    assert others == [] and visit.asked[0] == report
    assert visit.complaints == []


@pytest.mark.parametrize('width', WIDTHS)
@pytest.mark.parametrize('opened', [False, True])
def test_fits_the_window(visit, report, width, opened):
    page = visit(report, width)
    if opened:
        page.evaluate(
            'document.querySelectorAll("details").forEach(d => d.open = true)'
        )
        assert page.locator('pre').first.is_visible()
    page.evaluate('Promise.all(Array.from(document.images, i => i.decode()))')
    assert page.evaluate('document.documentElement.scrollWidth') <= width
    assert too_wide(page) == []
    # Pictures are neither stretched nor shrunk until nobody can read them.
    for image in page.locator('img:visible').all():
        shown, natural = image.evaluate(
            'i => [i.clientWidth, parseFloat(i.style.getPropertyValue("--natural"))]'
        )
        assert 0.6 * natural <= shown <= natural + 1
        ratio = image.evaluate(
            'i => i.clientHeight / i.clientWidth * i.naturalWidth / i.naturalHeight'
        )
        assert ratio == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_contrast(visit, report, scheme):
    page = visit(report, color_scheme=scheme)
    colors = page.evaluate(
        """(() => { const s = getComputedStyle(document.body);
        return [s.color, s.backgroundColor]; })()"""
    )
    text, ground = (
        sum(float(part) for part in color.strip('rgb()').split(',')) for color in colors
    )
    assert abs(text - ground) > 400
    assert (text > ground) == (scheme == 'dark')


def test_the_checks_see_what_is_wrong(visit, tmp_path):
    """A page with every fault, so that the tests above cannot pass blindly."""
    path = tmp_path / 'bad.html'
    path.write_text(
        '<p style="width: 3000px">x</p><img alt="bad" src="data:image/png;base64,x">'
        '<img src="http://evil.example/x.png"><script>null.x</script>'
    )
    page = visit(path.as_uri())
    assert 'bad' in broken_images(page)
    assert any('3000px' in element for element in too_wide(page))
    assert page.evaluate('document.documentElement.scrollWidth') > WIDTHS[0]
    assert 'http://evil.example/x.png' in visit.asked
    assert any('null' in complaint for complaint in visit.complaints)
