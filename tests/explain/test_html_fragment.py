"""A part of the page as a complete page."""

from impasto.explain.html_fragment import POLICY, fragment_page


def test_it_loads_nothing_and_runs_nothing():
    page = fragment_page("Two & <three>", "<p>text</p>")
    assert f'content="{POLICY}"' in page and "default-src 'none'" in POLICY
    assert "<title>Two &amp; &lt;three&gt;</title>" in page and "<p>text</p>" in page
    assert "<script" not in page and "http:" not in page and "https:" not in page and "$" not in page
