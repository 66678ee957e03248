"""All figures of how a predicted volume agrees with its truth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from livecell import metrics
from livecell.config.evaluate import EvaluateSettings
from livecell.metrics import Coverage, Spectrum, StraightLine
from livecell.metrics.intervals import CURVE, LEVELS
from livecell.pipeline.comparison_frames import Frame

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_SSIM_WINDOW = 11
GIVEN, TWIN, ESTIMATED = "given", "noisy twin", "estimated"
NO_NOISE = "none, the truth is a mask"
_NO_CEILING = {"noise_sd": math.nan, "ceiling": math.nan, "share_of_ceiling": math.nan}


@dataclass(frozen=True)
class ImageScore:
    """Figures of a volume and of each of its planes, and what is pooled over volumes."""

    figures: dict[str, float]
    planes: tuple[dict[str, float], ...]
    noise_from: str
    spectrum: Spectrum | None
    coverage: Coverage | None
    curve: Coverage | None


def score_images(frame: Frame, line: StraightLine, settings: EvaluateSettings) -> ImageScore | None:
    """Return the figures of a frame; `line` brings its prediction to units of the truth. None without two volumes."""
    if frame.volumes is None:
        return None
    prediction, truth = line.apply(frame.volumes[0]), frame.volumes[1]
    mask = frame.compared
    spectrum = None if mask is not None else _spectrum(prediction, truth, frame)
    covered = _coverages(prediction, truth, frame, line)
    similarity = _similarity(prediction, truth)
    figures = _alike(prediction, truth, mask, similarity) | _foreground(prediction, truth, mask, settings)
    source = _noise_from(frame, settings)
    figures |= _NO_CEILING if source == NO_NOISE else _noise(prediction, truth, frame.noisy, mask, settings)
    figures |= _own_range(prediction, truth) if mask is None else {}
    figures |= spectral_figures(spectrum) if spectrum is not None else {}
    figures |= coverage_figures(covered[0]) if covered is not None else {}
    planes = _planes(prediction, truth, frame, similarity, settings)
    return ImageScore(figures, planes, source, spectrum, *(covered or (None, None)))


def spectral_figures(spectrum: Spectrum) -> dict[str, float]:
    """Return the correlation in each octave, and the detail from which on images agree."""
    bands = {f"spectral_r_{name}": value for name, value in spectrum.octaves().items()}
    return bands | {"frc_resolution_um": spectrum.resolution_um()}


def coverage_figures(found: Coverage) -> dict[str, float]:
    """Return the share of voxels in each interval, and how far it is from what it should be."""
    shares = {
        f"coverage_{level:.0%}".rstrip("%"): seen for level, seen in zip(found.levels, found.observed, strict=True)
    }
    return shares | {"calibration_error": found.calibration_error}


def _similarity(prediction: Floats, truth: Floats) -> Floats | None:
    """Return the structural similarity around each voxel; None where planes are smaller than its window."""
    large = min(truth.shape[-2:]) >= _SSIM_WINDOW
    return metrics.ssim_map(prediction, truth) if large and metrics.value_range(truth) > 0 else None


def _alike(prediction: Floats, truth: Floats, mask: Mask | None, similarity: Floats | None) -> dict[str, float]:
    return {
        "pearson_r": metrics.pearson_r(prediction, truth, mask),
        "r2": metrics.r2(prediction, truth, mask),
        "nrmse": metrics.nrmse(prediction, truth, mask),
        "psnr": metrics.psnr(prediction, truth, mask),
        "ssim": math.nan if similarity is None else _mean(similarity, mask),
    }


def _mean(values: Floats, mask: Mask | None) -> float:
    """Return the mean of the known values of `mask`."""
    chosen = values.ravel() if mask is None else values[mask]
    chosen = chosen[np.isfinite(chosen)]
    return float(chosen.mean()) if chosen.size else math.nan


def _own_range(prediction: Floats, truth: Floats) -> dict[str, float]:
    return {
        "own_range_nrmse": metrics.own_range_nrmse(prediction, truth),
        "own_range_psnr": metrics.own_range_psnr(prediction, truth),
        "own_range_ssim": metrics.own_range_ssim(prediction, truth),
    }


def _foreground(prediction: Floats, truth: Floats, mask: Mask | None, settings: EvaluateSettings) -> dict[str, float]:
    found = metrics.foreground_dice(
        prediction,
        truth,
        mask,
        prediction_threshold=settings.prediction_threshold,
        truth_threshold=settings.truth_threshold,
    )
    return {"foreground_dice": found}


def _noise_from(frame: Frame, settings: EvaluateSettings) -> str:
    """Say where the noise of the target is known from."""
    if settings.noise_sd is not None:
        return GIVEN
    if frame.noisy is not None:
        return TWIN
    return NO_NOISE if frame.truth is not None and metrics.is_mask(frame.truth, frame.compared) else ESTIMATED


def _noise(
    prediction: Floats, truth: Floats, noisy: Floats | None, mask: Mask | None, settings: EvaluateSettings
) -> dict[str, float]:
    """Return the noise of the target, the ceiling it sets, and the correlation that has to be held against it."""
    target = truth if noisy is None else noisy
    if settings.noise_sd is not None:
        variance = settings.noise_sd**2
    elif noisy is not None:
        variance = metrics.noise_variance_between(noisy, truth, mask)
    else:
        variance = metrics.estimate_noise_sd(truth, mask) ** 2
    spread = _mean((target - _mean(target, mask)) ** 2, mask)
    highest = metrics.ceiling(variance, spread)
    measured = metrics.pearson_r(prediction, target, mask)
    figures = {} if noisy is None else {"pearson_r_noisy": measured}
    share = measured / highest if highest else math.nan
    return figures | {"noise_sd": math.sqrt(variance), "ceiling": highest, "share_of_ceiling": share}


def _planes(
    prediction: Floats, truth: Floats, frame: Frame, similarity: Floats | None, settings: EvaluateSettings
) -> tuple[dict[str, float], ...]:
    """Return figures of each plane; ranges are those of the volume, so that planes can be compared."""
    span = metrics.value_range(truth) or math.nan
    classes = _noise_from(frame, settings) == NO_NOISE
    rows = []
    for z, (p, t) in enumerate(zip(prediction, truth, strict=True)):
        mask = None if frame.compared is None else frame.compared[z]
        noisy = None if frame.noisy is None else frame.noisy[z]
        row = {
            "pearson_r": metrics.pearson_r(p, t, mask),
            "r2": metrics.r2(p, t, mask),
            "nrmse": math.sqrt(_mean((p - t) ** 2, mask)) / span,
            "ssim": math.nan if similarity is None else _mean(similarity[z], mask),
        }
        place = z + (settings.region.z or (0, 0))[0]
        row |= _NO_CEILING if classes else _noise(p, t, noisy, mask, settings)
        rows.append({"z": place, "z_um": place * frame.voxel_size_um[0], **row})
    return tuple(rows)


def _spectrum(prediction: Floats, truth: Floats, frame: Frame) -> Spectrum | None:
    if min(truth.shape[-2:]) < 4:
        return None
    return metrics.fourier_ring_correlation(prediction, truth, frame.voxel_size_um[1:])


def _coverages(prediction: Floats, truth: Floats, frame: Frame, line: StraightLine) -> tuple[Coverage, Coverage] | None:
    if frame.deviation is None:
        return None
    spread = abs(line.gain) * frame.deviation
    first, second = (metrics.coverage(prediction, spread, truth, frame.compared, levels) for levels in (LEVELS, CURVE))
    return first, second
