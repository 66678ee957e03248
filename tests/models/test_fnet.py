"""Packages made of checkpoints: one or several, what their cards say, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from livecell.errors import ConfigError, ModelError
from livecell.models import import_fnet, open_model
from livecell.models.fnet import find_checkpoints
from livecell.prediction import predict
from tests.scenes.fnet import Layout, published_net, write_checkpoint

INTEROP = Path(os.environ.get("LIVECELL_REAL_DATA", "none")).parent / "interop"


@pytest.mark.skipif(not INTEROP.is_dir(), reason="needs the checkpoints that lie beside LIVECELL_REAL_DATA")
@pytest.mark.parametrize("name", ["tiny_model_master.p", "tiny_model_release1.p"])
def test_checkpoints_of_pytorch_fnet_say_what_they_said_there(tmp_path: Path, name: str) -> None:
    model = import_fnet(INTEROP / name, tmp_path / "package", ["dna"])
    expected = np.load(INTEROP / "tiny_output.npy")
    with torch.no_grad():
        found = model.network()(torch.from_numpy(np.load(INTEROP / "tiny_input.npy"))).numpy()
    np.testing.assert_allclose(found, expected, rtol=0, atol=min(1e-5, 1e-4 * expected.std()))


@pytest.mark.parametrize("layout", ["newer", "older"])
def test_an_opened_package_says_what_the_published_network_says(tmp_path: Path, layout: Layout) -> None:
    published = published_net(ndim=2, depth=2, width=3, outputs=2)
    path = write_checkpoint(tmp_path / "run" / "model.p", published, layout)
    import_fnet(path, tmp_path / "package", ["dna", "Tom20"])
    model = open_model(tmp_path / "package")
    image = torch.randn((1, 1, 12, 16), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = published(image)
        torch.testing.assert_close(model.network()(image), expected, rtol=1e-4, atol=1e-4 * float(expected.std()))


def test_a_stack_is_predicted_as_pytorch_fnet_predicts_its_z_score(tmp_path: Path) -> None:
    published = published_net(depth=1)
    model = import_fnet(write_checkpoint(tmp_path / "dna" / "model.p", published), tmp_path / "package")
    stack = np.random.default_rng(0).integers(90, 4000, (4, 6, 8), dtype=np.uint16)
    with torch.no_grad():
        expected = published(torch.from_numpy((stack - stack.mean()) / stack.std()).float()[None, None])[0]
    found = predict(stack, model)
    np.testing.assert_allclose(found.values, expected.numpy(), rtol=1e-4, atol=1e-4 * float(expected.std()))
    assert found.structure.values.tolist() == ["dna"]


def test_the_card_says_what_is_known(tmp_path: Path) -> None:
    path = write_checkpoint(tmp_path / "dna" / "model.p", published_net())
    card = import_fnet(path, tmp_path / "package").card
    assert (card.name, card.structures, card.modality) == ("package", ("dna",), "brightfield")
    assert card.normalisation.clip_percentiles == (0.0, 100.0)
    assert (card.voxel_size_um, card.output_scale, card.simulated) == (None, {}, False)
    assert card.licence.startswith("unknown")
    (known,) = card.training["checkpoints"]
    assert (known["file"], known["layout"], known["iterations"]) == ("dna/model.p", "fnet_model_class", 50)
    told = import_fnet(
        path, tmp_path / "told", ["spindle=filaments"], voxel_size_um=(0.29, 0.29, 0.29), name="mine", licence="CC0-1.0"
    ).card
    assert (told.name, told.voxel_size_um, told.licence) == ("mine", (0.29, 0.29, 0.29), "CC0-1.0")
    assert list(told.described_structures()) == ["spindle"]


@pytest.mark.parametrize("size", [(0.3, 0.0, 0.3), (0.3, 0.3, float("nan"))])
def test_impossible_voxel_sizes_are_refused(tmp_path: Path, size: tuple[float, float, float]) -> None:
    path = write_checkpoint(tmp_path / "dna" / "model.p", published_net())
    with pytest.raises(ConfigError, match=r"voxel_size_um\.[12]"):
        import_fnet(path, tmp_path / "package", voxel_size_um=size)


def twelve(folder: Path) -> dict[str, str]:
    """Checkpoints in folders of the names that pytorch_fnet used; returns folder to structure."""
    structures = {
        "alpha_tubulin": "microtubules",
        "beta_actin": "actin_filaments",
        "desmoplakin": "desmosomes",
        "dna": "dna",
        "fibrillarin": "nucleoli",
        "lamin_b1": "nuclear_envelope",
        "membrane_caax_63x": "cell_membrane",
        "myosin_iib": "actomyosin_bundles",
        "sec61_beta": "endoplasmic_reticulum",
        "st6gal1": "golgi",
        "tom20": "mitochondria",
        "zo1": "tight_junctions",
    }
    for seed, name in enumerate(structures):
        write_checkpoint(folder / name / "model.p", published_net(seed, depth=1), "newer" if seed % 2 else "older")
    return structures


def test_a_folder_of_models_becomes_one_package_of_several_networks(tmp_path: Path) -> None:
    structures = twelve(tmp_path / "saved")
    (tmp_path / "saved" / "logs").mkdir()
    model = import_fnet(tmp_path / "saved", tmp_path / "package")
    assert model.card.structures == tuple(structures.values())
    assert len(model.shapes) == model.outputs == 12
    image = torch.randn((1, 1, 4, 6, 8), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        apart = torch.cat([published_net(seed, depth=1)(image) for seed in range(12)], dim=1)
        torch.testing.assert_close(model.network()(image), apart, rtol=1e-4, atol=1e-4 * float(apart.std()))


def test_told_structures_follow_the_order_of_the_outputs(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "saved" / "b" / "model.p", published_net(0, outputs=2))
    write_checkpoint(tmp_path / "saved" / "a" / "model.p", published_net(1, depth=1))
    model = import_fnet(tmp_path / "saved", tmp_path / "package", ["golgi", "dna", "nucleoli"])
    assert model.card.structures == ("golgi", "dna", "nucleoli")
    assert [(shape.depth, shape.outputs) for shape in model.shapes] == [(1, 1), (2, 2)]


def test_checkpoints_are_found_in_folders_and_folders_of_folders(tmp_path: Path) -> None:
    nested = [write_checkpoint(tmp_path / name / "model.p", published_net(depth=0)) for name in ("b", "a")]
    write_checkpoint(tmp_path / "a" / "checkpoints" / "model_000050.p", published_net(depth=0))
    assert find_checkpoints(tmp_path) == nested[::-1]
    assert find_checkpoints(tmp_path / "b") == [nested[0]]
    assert find_checkpoints(nested[1]) == [nested[1]]
    with pytest.raises(ModelError, match=r"model\.p in this folder.*found none"):
        find_checkpoints(tmp_path / "a" / "checkpoints")


def test_networks_that_take_other_images_are_not_packaged_together(tmp_path: Path) -> None:
    paths = [
        write_checkpoint(tmp_path / "dna" / "model.p", published_net()),
        write_checkpoint(tmp_path / "tom20" / "model.p", published_net(ndim=2)),
    ]
    with pytest.raises(ModelError, match=r"3D network of 1 inputs, as dna/model\.p, found a 2D"):
        import_fnet(paths, tmp_path / "package")
    assert not (tmp_path / "package").exists()


def test_the_number_of_structures_must_be_that_of_the_outputs(tmp_path: Path) -> None:
    path = write_checkpoint(tmp_path / "dna" / "model.p", published_net(outputs=2))
    with pytest.raises(ModelError, match="2 different structures"):
        import_fnet(path, tmp_path / "package")
    assert not (tmp_path / "package").exists()


def test_an_existing_package_is_replaced_only_when_told(tmp_path: Path) -> None:
    path = write_checkpoint(tmp_path / "dna" / "model.p", published_net())
    first = import_fnet(path, tmp_path / "package")
    write_checkpoint(path, published_net(seed=1))
    with pytest.raises(ModelError, match="--overwrite"):
        import_fnet(path, tmp_path / "package")
    assert open_model(tmp_path / "package") == first
    assert import_fnet(path, tmp_path / "package", overwrite=True).digest != first.digest


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_no_package_is_never_replaced(tmp_path: Path, overwrite: bool) -> None:
    path = write_checkpoint(tmp_path / "dna" / "model.p", published_net())
    with pytest.raises(ModelError, match="something else"):
        import_fnet(path, path.parent, overwrite=overwrite)
    with pytest.raises(ModelError, match="something else"):
        import_fnet(path, path, overwrite=overwrite)
    assert [entry.name for entry in path.parent.iterdir()] == ["model.p"]
