"""Coordinate operations, fast: over one chunk, a polynomial surface in place of PROJ, to a micrometre.

Apart from the operations because it changes nothing but the time they take, which for S-JTSK is most of a load. An
operation without a grid is an analytic function. Over the box of one chunk a short Chebyshev series, fitted to what
PROJ gives at its nodes, cannot be told from it and costs a tenth. The result is compared with PROJ on vertices of each
chunk; where they differ, or there is a grid, PROJ does the work (docs/adr/0003).
"""

import numpy as np
from numpy.polynomial.chebyshev import chebvander
from numpy.typing import NDArray

from geodesy import Pairs, Way

NODES = 16
"""Nodes in each direction; of the series as many terms are kept as are needed."""
WORTH = 20_000
"""Fewer coordinates than this are left to PROJ."""
SAMPLE = 257
TOLERANCE = {True: 1e-11, False: 1e-6}
"""Largest difference from PROJ, for results in degrees and in metres: a micrometre."""
_BLOCK = 4096
_GRID = "grids="

type Figures = NDArray[np.float64]


def changed(way: Way, pairs: Pairs, *, degrees: bool) -> tuple[Pairs, int]:
    """Return what the way makes of the pairs, as the way itself returns it; `degrees` is the unit of the result."""
    if len(pairs) < WORTH or not _is_smooth(way):
        return way(pairs)
    low, high = pairs.min(axis=0), pairs.max(axis=0)
    half = np.where(high > low, (high - low) / 2, 1.0)
    surface = _fitted(way, low, half, TOLERANCE[degrees] / 4)
    if surface is None:
        return way(pairs)
    result = np.empty_like(pairs)
    for start in range(0, len(pairs), _BLOCK):
        part = slice(start, start + _BLOCK)
        _evaluate(surface, (pairs[part] - low) / half - 1, result[part])
    some = np.linspace(0, len(pairs) - 1, SAMPLE).astype(np.intp)
    exact, outside = way(pairs[some])
    if outside or not np.abs(exact - result[some]).max() <= TOLERANCE[degrees]:
        return way(pairs)
    return result, 0


def _is_smooth(way: Way) -> bool:
    return bool(way.steps) and not any(_GRID in step.operations[0].definition for step in way.steps)


def _fitted(way: Way, low: Figures, half: Figures, tolerance: float) -> Figures | None:
    """Return coefficients, shape (2, terms in x, terms in y), of the surface through what the way gives at the nodes.

    Terms that make no difference are left out. None where the way does not reach a node.
    """
    nodes = np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
    u, v = (axis.ravel() for axis in np.meshgrid(nodes, nodes, indexing="ij"))
    at_nodes, outside = way(low + (np.column_stack([u, v]) + 1) * half)
    if outside or not np.isfinite(at_nodes).all():
        return None
    inverse = np.linalg.inv(chebvander(nodes, NODES - 1))
    surface = inverse @ at_nodes.T.reshape(2, NODES, NODES) @ inverse.T
    sizes = np.abs(surface).max(axis=0)
    wide, high = (_needed(sizes.sum(axis=other), tolerance) for other in (1, 0))
    return np.ascontiguousarray(surface[:, :wide, :high])


def _needed(sizes: Figures, tolerance: float) -> int:
    """Return how many terms, two at least, leave less than the tolerance to the rest."""
    rest = np.cumsum(sizes[::-1])[::-1]
    return max(2, int((rest > tolerance).sum()))


def _evaluate(surface: Figures, unit: Pairs, out: Pairs) -> None:
    """Evaluate the surface at points of the square from -1 to 1, into `out`."""
    x, y = _terms(unit[:, 0], surface.shape[1]), _terms(unit[:, 1], surface.shape[2])
    for axis in (0, 1):
        out[:, axis] = np.einsum("jn,jn->n", surface[axis].T @ x, y)


def _terms(at: Figures, count: int) -> Figures:
    """Return the Chebyshev polynomials of the points, shape (count, n)."""
    terms = np.empty((count, len(at)))
    terms[0], terms[1] = 1.0, at
    twice = 2 * at
    for n in range(2, count):
        np.multiply(twice, terms[n - 1], out=terms[n])
        terms[n] -= terms[n - 2]
    return terms
