"""Bars of two charts, as SVG with a background of its own for light and for dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WIDTH: Final = 760
_LEFT: Final = 210
_RIGHT: Final = 90
_BAR: Final = 18
_GAP: Final = 14
_TOP: Final = 64
_STYLE: Final = """
  .page { fill: #ffffff } text { fill: #1f2328; font: 13px system-ui, sans-serif }
  .title { font-size: 16px; font-weight: 600 }
  .one { fill: #0969da } .two { fill: #bf8700 } .three { fill: #8250df } .mark { stroke: #1f2328; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    .page { fill: #0d1117 } text { fill: #e6edf3 } .mark { stroke: #e6edf3 }
    .one { fill: #4493f8 } .two { fill: #d29922 } .three { fill: #ab7df8 }
  }
"""
_COLORS: Final = ("one", "two", "three")


@dataclass(frozen=True)
class Bar:
    """One bar: its series, how long it is, what is written behind it, and where a mark stands on it, if anywhere."""

    series: str
    value: float
    text: str
    mark: float | None = None


@dataclass(frozen=True)
class Group:
    """Bars that belong together, under one name."""

    name: str
    bars: Sequence[Bar]


def drawn(title: str, groups: Sequence[Group], *, mark: str = "") -> str:
    """Returns the chart of these groups; `mark` says in the legend what a mark is."""
    series = list(dict.fromkeys(bar.series for group in groups for bar in group.bars))
    longest = max(max(bar.value, bar.mark or 0) for group in groups for bar in group.bars)
    height = _TOP + sum(len(group.bars) * _BAR + _GAP for group in groups) + _GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f'<rect class="page" width="{_WIDTH}" height="{height}" rx="8"/>',
        f'<text class="title" x="16" y="28">{escape(title)}</text>',
        *_legend(series, mark),
        *_bars(groups, series, (_WIDTH - _LEFT - _RIGHT) / longest),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _legend(series: Iterable[str], mark: str) -> Iterator[str]:
    left = 16
    for color, name in zip(_COLORS, series, strict=False):
        yield f'<rect class="{color}" x="{left}" y="40" width="12" height="12" rx="2"/>'
        yield f'<text x="{left + 18}" y="51">{escape(name)}</text>'
        left += 40 + 7 * len(name)
    if mark:
        yield f'<line class="mark" x1="{left + 6}" x2="{left + 6}" y1="39" y2="53"/>'
        yield f'<text x="{left + 14}" y="51">{escape(mark)}</text>'


def _bars(groups: Iterable[Group], series: list[str], scale: float) -> Iterator[str]:
    top = _TOP + _GAP
    for group in groups:
        middle = top + len(group.bars) * _BAR / 2 + 5
        yield f'<text x="{_LEFT - 10}" y="{middle:.0f}" text-anchor="end">{escape(group.name)}</text>'
        for bar in group.bars:
            length, color = max(bar.value * scale, 1), _COLORS[series.index(bar.series)]
            if bar.value:
                size = f'width="{length:.0f}" height="{_BAR - 4}"'
                yield f'<rect class="{color}" x="{_LEFT}" y="{top + 2}" {size} rx="2"/>'
            end = max(length, (bar.mark or 0) * scale)
            yield f'<text x="{_LEFT + end + 8:.0f}" y="{top + 14}">{escape(bar.text)}</text>'
            if bar.mark:
                at = _LEFT + bar.mark * scale
                yield f'<line class="mark" x1="{at:.0f}" x2="{at:.0f}" y1="{top}" y2="{top + _BAR}"/>'
            top += _BAR
        top += _GAP
