"""Structures of imported networks: told by the user, or by the names of folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from livecell.errors import ConfigError, ModelError
from livecell.models.fnet_structures import check_count, structure_of_folder, structures_told
from livecell.structures import Form


@pytest.mark.parametrize(
    ("folder", "structure"),
    [
        ("dna", "dna"),
        ("dna_extended", "dna"),
        ("3d_DNA", "dna"),
        ("fibrillarin", "nucleoli"),
        ("lamin_b1", "nuclear_envelope"),
        ("membrane_caax_63x", "cell_membrane"),
        ("tom20", "mitochondria"),
        ("Tom20-2018.06", "mitochondria"),
        ("alpha_tubulin", "microtubules"),
        ("beta_actin", "actin_filaments"),
        ("sec61_beta", "endoplasmic_reticulum"),
        ("st6gal1", "golgi"),
        ("desmoplakin", "desmosomes"),
        ("zo1", "tight_junctions"),
        ("ZO-1", "tight_junctions"),
        ("myosin_iib", "actomyosin_bundles"),
        ("nuclear_envelope", "nuclear_envelope"),
    ],
)
def test_folders_are_called_after_structures_or_proteins(folder: str, structure: str) -> None:
    assert structure_of_folder(Path(folder) / "model.p") == structure
    assert structure_of_folder(Path("dna") / f"{folder}.p") == structure


def test_the_folder_is_known_from_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tom20").mkdir()
    monkeypatch.chdir(tmp_path / "tom20")
    assert structure_of_folder(Path("model.p")) == "mitochondria"


@pytest.mark.parametrize("folder", ["run_17", "actin", "dnase", "tubulin", "to_m20x"])
def test_a_folder_that_names_none_is_told_with_what_to_do(folder: str) -> None:
    with pytest.raises(ModelError, match=f"'{folder}'.*--structure"):
        structure_of_folder(Path(folder) / "model.p")


def test_a_folder_that_names_two_is_told() -> None:
    with pytest.raises(ModelError, match="dna and mitochondria; name the structures"):
        structure_of_folder(Path("dna_tom20") / "model.p")


def test_told_structures_are_names_proteins_or_described() -> None:
    names, own = structures_told(["dna", "Lamin B1", "spindle=filaments"])
    assert names == ("dna", "nuclear_envelope", "spindle")
    assert own["spindle"].form is Form.FILAMENTS


@pytest.mark.parametrize("told", ["spindle", "spindle=thread", "=blob", "a b=blob"])
def test_told_structures_that_mean_nothing_are_refused(told: str) -> None:
    with pytest.raises(ConfigError, match=f"structure '?{told}'?: expected"):
        structures_told([told])


@pytest.mark.parametrize(("names", "outputs"), [(("dna",), 2), (("dna", "golgi"), 1), (("dna", "dna"), 2), ((), 1)])
def test_one_structure_for_each_output(names: tuple[str, ...], outputs: int) -> None:
    with pytest.raises(ModelError, match=f"{outputs} different structures, found {len(names)}"):
        check_count(names, outputs, "package")
