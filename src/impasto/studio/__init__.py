"""The studio: a local web page for painting without a terminal.

``server`` opens the page, ``app`` builds it out of ``tabs``: one for each row of ``registry.RECIPES``, made
of the row's inputs (``recipe_inputs``) and settings (``form``), and the tab that explains. ``tab_layout``
has the buttons, the live picture and the history; ``events`` what they do; ``preview_stream`` and
``explain_stream`` what a visitor sees of a run. Only files in this folder import gradio.
"""
