"""Charts and maps as SVG made on the server, each with its numbers as a table beside it.

Colours are classes or attributes, never inline style; a share, a step or a leader is also told in words,
by number or by pattern, so that colour is never the only sign.
"""

from electsys.web.charts.bars import Share, coverage, progress, shares
from electsys.web.charts.lines import line
from electsys.web.charts.maps import Area, choropleth
from electsys.web.charts.stack import Bar, stack

__all__ = ["Area", "Bar", "Share", "choropleth", "coverage", "line", "progress", "shares", "stack"]
