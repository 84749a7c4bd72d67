"""Gradio's theme: fonts that we serve ourselves, and the page's colours through its stylesheet."""

from __future__ import annotations

import gradio as gr

SANS = ("IBM Plex Sans Arabic", "system-ui", "sans-serif")
MONO = ("ui-monospace", "monospace")


def theme() -> gr.themes.Base:
    """A plain theme whose colours are the variables of static/tokens.css, which follow light and dark."""
    made = gr.themes.Base(font=SANS, font_mono=MONO, radius_size="md", text_size="md")
    colours = {
        "body_background_fill": "var(--paper)",
        "body_text_color": "var(--ink)",
        "body_text_color_subdued": "var(--ink-2)",
        "background_fill_primary": "var(--card)",
        "background_fill_secondary": "var(--paper)",
        "block_background_fill": "var(--card)",
        "block_label_text_color": "var(--ink-2)",
        "border_color_primary": "var(--line)",
        "border_color_accent": "var(--accent)",
        "color_accent_soft": "var(--accent-soft)",
        "input_background_fill": "var(--paper)",
        "input_border_color": "var(--line)",
        "input_placeholder_color": "var(--ink-2)",
        "button_primary_background_fill": "var(--accent)",
        "button_primary_text_color": "var(--card)",
        "link_text_color": "var(--accent)",
    }
    both = colours | {f"{name}_dark": value for name, value in colours.items()}
    return made.set(**both)
