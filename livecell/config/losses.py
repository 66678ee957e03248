"""What a network is fitted for: the losses, as alternatives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from livecell.config.base import Fraction, NonNegative, Positive, Settings


class MeanSquaredError(Settings):
    """Every known voxel counts the same, as in Ounkomol et al. 2018."""

    kind: Literal["mean_squared_error"] = "mean_squared_error"


class ForegroundWeighted(Settings):
    """Voxels of the structure count more than those around it, and its shape counts as well.

    After Kalinin et al. 2025 (arXiv 2507.05383), where a threshold from the histogram masks the background.
    """

    kind: Literal["foreground_weighted"] = "foreground_weighted"
    background: Fraction = Field(0.2, description="weight of a voxel of the background; 0 leaves it to `dice` alone")
    dice: NonNegative = Field(0.5, description="weight of the Dice loss of the foreground, beside the squared error")
    softness: Positive = Field(0.3, description="width of the soft threshold on predictions, in sd of the target")


class Heteroscedastic(Settings):
    """The network says a variance with each value, and is judged by how likely the truth then is.

    `beta` weighs each voxel by its variance to that power (Seitzer et al., ICLR 2022): at 0 the likelihood alone
    counts, and means are learnt late where the variance is large; at 1 they are learnt as with the squared error.
    """

    kind: Literal["heteroscedastic"] = "heteroscedastic"
    beta: Fraction = Field(0.5, description="between likelihood (0) and squared error (1) for the means")


Loss = Annotated[MeanSquaredError | ForegroundWeighted | Heteroscedastic, Field(discriminator="kind")]
