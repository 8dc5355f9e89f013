"""Markets of growing size, their table and graph: make simulate ARGS="1000 10000"."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.simulation.graph import Axes, Line, svg
from tests.simulation.growth import DAILY, WEEKLY, Life, Row, is_beyond, measured

SIZES: Final = (1_000, 10_000, 20_000, 100_000, 1_000_000)
GRAPH: Final = Path("build/growth.svg")
HEADING: Final = (
    "    nodes    there  join  publish-search      lookup           found  messages"
    "  idle MB  of it   of it   of it   of it      and   CPU      DHT  mail   heads          took\n"
    "                       s   p50 s   p95 s   p50 s   p95 s       %      /day"
    "     /day  heads   pages   walks  tokens  lookups     %  records     %      /s  shards     s\n"
)
LIVES: Final = (("once a week", WEEKLY), ("once a day", DAILY))


def shown(row: Row) -> str:
    """One line of the table."""
    mark = " *" if is_beyond(row) else ""
    return (
        f"{row.nodes:9,}{row.there:9,}{row.join:8.1f}"
        f"{row.publish[0]:8.2f}{row.publish[1]:8.2f}"
        f"{row.lookup[0]:8.2f}{row.lookup[1]:8.2f}{100 * row.found:8.1f}"
        f"{row.messages:10,.0f}{row.megabytes:8,.0f}"
        f"{row.head_megabytes:8,.0f}{row.page_megabytes:8,.0f}{row.walk_megabytes:8,.0f}"
        f"{row.token_megabytes:8,.0f}{row.lookup_megabytes:9,.0f}"
        f"{row.cpu:6.2f}{row.records:9.0f}{100 * row.mail:6.1f}"
        f"{row.heads_per_second:7.2f}{row.shards:8}{row.spent:6.0f}{mark}\n"
    )


def graph(weekly: Sequence[Row], daily: Sequence[Row]) -> str:
    """How the cost of one node grows with the market."""
    lines = [
        Line("MB, changed daily", [(row.nodes, row.megabytes) for row in daily]),
        Line("MB, changed weekly", [(row.nodes, row.megabytes) for row in weekly]),
        Line("MB of walks", [(row.nodes, row.walk_megabytes) for row in weekly]),
        Line("% of a core, weekly", [(row.nodes, row.cpu) for row in weekly]),
    ]
    axes = Axes("Cost of one node", "nodes in the market", "MB a day, % of a core")
    return svg(axes, lines)


def grown(sizes: Sequence[int], life: Life) -> list[Row]:
    """One row for each size, printed as it comes."""
    rows: list[Row] = []
    for size in sizes:
        rows.append(measured(size, life=life))
        sys.stdout.write(shown(rows[-1]))
        sys.stdout.flush()
    return rows


def main() -> int:
    """Print the tables as they grow; draw the graph."""
    sizes = [int(word) for word in sys.argv[1:]] or SIZES
    tables: list[list[Row]] = []
    for words, life in LIVES:
        sys.stdout.write(f"every shop changes its goods {words}\n{HEADING}")
        tables.append(grown(sizes, life))
    if any(map(is_beyond, tables[1])):
        sys.stdout.write(
            "* more heads a second than a node takes from one neighbour: more shards are needed\n"
        )
    GRAPH.parent.mkdir(exist_ok=True)
    GRAPH.write_text(graph(*tables))
    sys.stdout.write(f"drawn: {GRAPH}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
