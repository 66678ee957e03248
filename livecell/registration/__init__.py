"""Aligning what moved: drift across time."""

from livecell.registration.drift import accumulate, drift_um

__all__ = ["accumulate", "drift_um"]
