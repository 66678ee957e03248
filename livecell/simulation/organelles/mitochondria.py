"""Mitochondria: a branched network of tubes around the nucleus that bends, slides, splits and fuses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
import pandas as pd

from livecell.config.organelles import OrganelleSettings
from livecell.simulation.organelles.beads import Array, Beads, Index, join
from livecell.simulation.organelles.interior import Interior
from livecell.simulation.organelles.mitochondrial_inheritance import Share, heirs, inherit
from livecell.simulation.organelles.mitochondrial_life import Life
from livecell.simulation.organelles.mitochondrial_network import Network
from livecell.simulation.organelles.mitochondrial_trees import RADIUS_UM, grow_trees
from livecell.simulation.organelles.occurrences import Occurrence, event_table
from livecell.simulation.organelles.spread_cell import SpreadCell
from livecell.simulation.organelles.stirring import Stirring
from livecell.simulation.population import Cells


@dataclass(frozen=True)
class Mitochondria:
    """The network of each cell, and what happened to their fragments."""

    cells: Cells
    networks: tuple[Network, ...]
    stirring: Stirring
    occurrences: tuple[Occurrence, ...]
    interval_s: float

    @property
    def events(self) -> pd.DataFrame:
        """Fission, fusion, and the end of fragments with their cell."""
        return event_table("mitochondria", self.occurrences, self.interval_s)

    def beads(self, t: int) -> Beads:
        """Return the fragments at timepoint t; each keeps its label until it splits or fuses."""
        interior, parts = Interior.at(self.cells, t), []
        for cell in np.flatnonzero(self.cells.exists(t)):
            centre = network_um(self.networks[cell], int(cell), interior, self.stirring)
            label = self.networks[cell].labels(t, centre)
            seen = label > 0
            parts.append(Beads(centre[seen], np.full(int(seen.sum()), RADIUS_UM), label[seen]))
        return join(parts)


def network_um(network: Network, cell: int, interior: Interior, stirring: Stirring) -> Array:
    """Return where the beads (n, 3) of a cell's network are, in um, those in gaps included."""
    whose = np.full(len(network.trees.rest), cell)
    return interior.place(whose, stirring.moved(interior.t, whose, network.trees.rest), RADIUS_UM)


def mitochondria(
    cells: Cells,
    spread: SpreadCell,
    stirring: Stirring,
    settings: OrganelleSettings,
    interval_s: float,
    seed: np.random.SeedSequence,
) -> Mitochondria:
    """Return the mitochondria of all cells; those of daughters are what they have of their mother's."""
    rngs = [np.random.default_rng(one) for one in seed.spawn(len(cells.born))]
    numbers, networks, occurrences = count(1), {}, list[Occurrence]()
    shares: dict[int, Share] = {}
    for cell in np.argsort(cells.born, kind="stable").tolist():
        born, gone = int(cells.born[cell]), int(cells.gone[cell])
        life = _begin(shares.get(cell), spread, settings.mitochondria, born, numbers, rngs[cell])
        networks[cell] = life.run(born, gone, cells.roundness[:, cell], settings, interval_s)
        occurrences += life.occurrences
        daughters = np.flatnonzero(cells.parent == cell)
        if len(daughters):
            shares |= _divided(networks[cell], cell, daughters, cells, stirring, spread)
        elif gone < len(cells.centre_um):
            ended = np.unique(networks[cell].label[-1])
            occurrences += [Occurrence(gone, "disappearance", parents=(int(label),)) for label in ended]
    ordered = tuple(networks[cell] for cell in range(len(networks)))
    return Mitochondria(cells, ordered, stirring, tuple(occurrences), interval_s)


def _begin(
    share: Share | None, spread: SpreadCell, trees: int, born: int, numbers: Iterator[int], rng: np.random.Generator
) -> Life:
    """Begin with what a mother left, or with new trees in pieces."""
    if share is not None:
        inherited, label, gaps = share
        return Life(inherited, spread.place_um(inherited.rest), gaps, label, numbers, rng)
    grown = grow_trees(spread, trees, rng)
    roots = np.flatnonzero(grown.before < 0)
    first = np.array([next(numbers) for _ in roots], dtype=np.int32)
    label = first[np.searchsorted(roots, grown.root)]
    life = Life(grown, spread.place_um(grown.rest), [], label, numbers, rng)
    life.break_up(born)
    return life


def _divided(
    network: Network, mother: int, daughters: Index, cells: Cells, stirring: Stirring, spread: SpreadCell
) -> dict[int, Share]:
    """Return what each daughter gets of its mother's network."""
    born = int(cells.born[daughters[0]])
    last = Interior.at(cells, born - 1)
    centre = network_um(network, mother, last, stirring)
    heir = heirs(network.label[-1], centre, network.labels(last.t, centre) > 0, cells.centre_um[born, daughters])
    interior = Interior.at(cells, born)
    return {
        int(daughter): inherit(network, centre, heir, which, int(daughter), interior, stirring, spread)
        for which, daughter in enumerate(daughters)
    }
