"""Colours for print: the classes of drawing.css with fixed values, for renderers that know no custom properties."""

from .canvas import Drawing

INK, INK_2, INK_3 = "#1c2233", "#474e62", "#626879"
LINE, LINE_2, EDGE = "#e2ded4", "#cdc8bb", "#858a97"
INDIGO, TEAL, PLUM, VERMILION, OCHRE, PINE = "#2a4390", "#0a6672", "#82297f", "#bf3617", "#835700", "#1d6647"
INDIGO_SOFT, TEAL_SOFT, VERMILION_SOFT = "#e9edf8", "#e2f0f2", "#fbe9e4"

PRINT = f"""
text {{ font-family: "Source Sans Pro"; font-size: 11px; fill: {INK_2}; }}
path {{ fill: none; }}
.d-title {{ fill: {INK}; font-size: 12.5px; font-weight: 600; }}
.d-strong {{ fill: {INK}; font-weight: 600; }}
.d-faint {{ fill: {INK_3}; font-size: 10px; }}
.d-end {{ text-anchor: end; }}
.d-middle {{ text-anchor: middle; }}
.d-frame {{ fill: none; stroke: {LINE_2}; stroke-width: 1; }}
.d-grid {{ stroke: {LINE}; stroke-width: 1; }}
.d-band {{ fill: {TEAL_SOFT}; opacity: .55; }}
.d-baseline {{ stroke: {INDIGO}; stroke-width: 3; }}
.d-phase {{ stroke: {EDGE}; stroke-width: 1; stroke-dasharray: 1 3; }}
.d-series {{ stroke: {INDIGO}; stroke-width: 1.25; stroke-linejoin: round; }}
.d-points {{ stroke: {INDIGO}; stroke-width: 4.5; stroke-linecap: round; }}
.fine {{ stroke-width: 2; }}
.d-center {{ stroke: {TEAL}; stroke-width: 1.25; }}
.d-limit {{ stroke: {TEAL}; stroke-width: 1.5; stroke-dasharray: 7 4; }}
.d-zone {{ stroke: {TEAL}; stroke-width: .75; stroke-dasharray: 1.5 4; opacity: .75; }}
.d-limit-label {{ fill: {TEAL}; font-weight: 600; }}
.d-specification {{ stroke: {PLUM}; stroke-width: 2; }}
.d-hatch {{ stroke: {PLUM}; stroke-width: 1; opacity: .6; }}
.d-target {{ stroke: {PLUM}; stroke-width: 1; stroke-dasharray: 10 3 2 3; }}
.d-flag {{ fill: {PLUM}; }}
.d-target-label {{ fill: {PLUM}; font-weight: 600; }}
.d-flag-label {{ fill: #ffffff; font-size: 10px; font-weight: 600; }}
.d-signal-ring {{ stroke: {VERMILION}; stroke-width: 13; stroke-linecap: round; opacity: .25; }}
.d-signal {{ stroke: {VERMILION}; stroke-width: 7; stroke-linecap: round; }}
.d-rule {{ fill: {VERMILION}; font-size: 10.5px; font-weight: 600; }}
.d-excluded {{ stroke: {INK_3}; stroke-width: 1.5; }}
.d-corrected {{ stroke: {OCHRE}; stroke-width: 1.5; }}
.d-note {{ stroke: {INK_2}; stroke-width: 1; }}
.d-bar {{ fill: {INDIGO}; opacity: .78; }}
.rest {{ fill: {INK_3}; }}
.alarm {{ fill: {VERMILION}; opacity: 1; }}
.d-curve {{ stroke: {INK}; stroke-width: 1.5; }}
.second {{ stroke: {INK_3}; stroke-dasharray: 5 3; }}
.d-cumulative {{ stroke: {OCHRE}; stroke-width: 1.75; }}
.d-state {{ fill: #ffffff; stroke: {LINE_2}; stroke-width: 1; }}
.d-way {{ stroke: {EDGE}; stroke-width: 1; }}
.d-way-head {{ fill: {EDGE}; }}
.d-state.travelled {{ fill: {INDIGO_SOFT}; stroke: {INDIGO}; stroke-width: 1.5; }}
.d-way.travelled {{ stroke: {INDIGO}; stroke-width: 2; }}
.d-way-head.travelled {{ fill: {INDIGO}; }}
.d-state.current {{ fill: {INDIGO}; stroke: {INDIGO}; }}
.d-current-label {{ fill: #ffffff; font-weight: 600; }}
.d-needle {{ fill: {VERMILION}; }}
.d-way-label {{ font-size: 10px; }}
.d-halo {{ fill: #ffffff; stroke: #ffffff; stroke-width: 3; stroke-linejoin: round; }}
.d-in-bar {{ fill: #ffffff; font-weight: 600; }}
.d-spine-head {{ fill: {INK}; }}
.d-bone {{ stroke: {INK_2}; stroke-width: 1.25; }}
.d-spine {{ stroke: {INK}; stroke-width: 2.5; }}
.d-cause {{ fill: {VERMILION_SOFT}; stroke: {VERMILION}; }}
.d-assumption {{ fill: #ffffff; stroke: {OCHRE}; stroke-dasharray: 4 3; }}
.d-evidence {{ fill: #ffffff; stroke: {PINE}; }}
.d-spark {{ stroke: {INDIGO}; stroke-width: 10; }}
.d-spark-band {{ fill: {TEAL_SOFT}; }}
.spark .d-signal {{ stroke-width: 60; }}
"""


def for_print(drawing: str) -> Drawing:
    """The same drawing with its colours inside, for a PDF or a file that is opened alone."""
    start = drawing.index(">") + 1
    return Drawing(f"{drawing[:start]}<style>{PRINT}</style>{drawing[start:]}")
