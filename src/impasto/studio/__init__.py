"""The studio: a page in the browser, on this machine, for painting without a terminal.

``server`` opens it and ``app`` builds the page out of ``tabs``; a tab is a file that says which pictures
it wants and what it makes of them, and an entry in ``tabs.TABS``. Everything else is shared: ``form`` makes
inputs out of settings, ``easel`` the buttons, the live picture and the history, ``turn`` what they do, and
``painting`` the moments that they show. The tab that explains has ``lesson`` and ``drawing`` in the place of
``session`` and ``painting``. Only files in here import gradio.
"""
