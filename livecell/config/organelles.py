"""What simulated cells hold in their cytoplasm, and how it moves."""

from __future__ import annotations

from pydantic import Field

from livecell.config.base import Count, NonNegative, Positive, Settings, WholeNumber


class OrganelleSettings(Settings):
    """Number and movement of organelles; speeds and rates are those seen from frame to frame, pauses included."""

    mitochondria: WholeNumber = Field(7, description="branched mitochondrial tubes per cell, before any fission")
    fission_per_um_h: NonNegative = Field(0.04, description="rate of fission per length of mitochondria and hour")
    fusion_per_fragment_h: NonNegative = Field(0.3, description="rate of fusion per mitochondrial fragment and hour")
    stirring_time_s: Positive = Field(900.0, description="how long the slow flow of the cytoplasm remembers its course")
    vesicles: WholeNumber = Field(10, description="vesicles per cell")
    vesicle_diffusion_um2_s: NonNegative = Field(4e-4, description="diffusion coefficient of vesicles")
    vesicle_run_um_s: NonNegative = Field(5e-3, description="speed of vesicles that run along microtubules")
    run_start_per_s: NonNegative = Field(1e-3, description="rate at which a diffusing vesicle starts to run")
    run_stop_per_s: NonNegative = Field(3e-3, description="rate at which a running vesicle lets go")
    cage_start_per_s: NonNegative = Field(5e-4, description="rate at which a diffusing vesicle becomes confined")
    cage_stop_per_s: NonNegative = Field(1e-3, description="rate at which a confined vesicle becomes free")
    cage_radius_um: Positive = Field(0.25, description="radius of the sphere that confines a vesicle")
    granules: WholeNumber = Field(250, description="small unlabelled granules per cell, which give it texture")
    microtubules: WholeNumber = Field(60, description="microtubules per cell")
    microtubule_growth_um_s: NonNegative = Field(0.02, description="speed at which microtubules grow")
    microtubule_shrinkage_um_s: NonNegative = Field(0.04, description="speed at which microtubules shrink")
    catastrophe_per_s: NonNegative = Field(1e-3, description="rate at which a growing microtubule begins to shrink")
    rescue_per_s: NonNegative = Field(2e-2, description="rate at which a shrinking microtubule begins to grow")
    stress_fibres: WholeNumber = Field(9, description="bundles of actin filaments along the bottom of a cell")
    actomyosin_bundles: WholeNumber = Field(4, description="thick bundles with myosin along the bottom of a cell")
    golgi_stacks: Count = Field(16, description="stacks in the ribbon of a cell's golgi")
    er_mesh_um: Positive = Field(1.5, description="width of the polygons of the endoplasmic reticulum")
