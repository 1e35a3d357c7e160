from impasto.studio import theme


def test_nothing_is_loaded_from_other_hosts():
    for text in (theme.head(), *(css.read_text() for css in theme.CSS), theme.ICON.read_text()):
        for address in ("https:", "http://", "//fonts"):
            assert address not in text.replace("http://www.w3.org/2000/svg", "")
    assert not [font for font in theme.theme()._font if "http" in str(font)]
