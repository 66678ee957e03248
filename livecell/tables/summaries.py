"""Tables of what tracks come to: motion, rates, counts over time."""

from __future__ import annotations

from livecell.tables.columns import FRAME, OF_CELL, POSITION, STRUCTURE, TIME, Table, maybe_whole, real, text, whole

SUMMARY = Table(
    "tracks_summary",
    (
        POSITION,
        STRUCTURE,
        whole("track_id", "track"),
        whole("start_frame", "first frame"),
        whole("end_frame", "last frame"),
        whole("n_points", "number of observations"),
        real("duration_s", "s", "time from first to last observation", required=True),
        real("path_length_um", "um", "length of the path", required=True),
        real("net_displacement_um", "um", "distance from first to last observation", required=True),
        real("speed_mean_um_s", "um s-1", "mean speed", required=True),
        real("speed_median_um_s", "um s-1", "median speed", required=True),
        real("speed_max_um_s", "um s-1", "maximum speed", required=True),
        real("straightness", "1", "net displacement over path length", required=True),
        real("turning_angle_mean_rad", "rad", "mean angle between consecutive displacements, 0 if straight"),
        real("persistence", "1", "mean cosine of the turning angle"),
        real("persistence_s", "s", "time constant of the memory of directions"),
        real("diffusion_um2_s", "um2 s-1", "diffusion coefficient, free of the localisation error", required=True),
        real("diffusion_se", "um2 s-1", "standard error of the diffusion coefficient", required=True),
        real("diffusion_low_um2_s", "um2 s-1", "lower end of the 95 % interval of the diffusion coefficient"),
        real("diffusion_high_um2_s", "um2 s-1", "upper end of the 95 % interval of the diffusion coefficient"),
        real("localisation_error_um", "um", "standard deviation of the localisation error along each axis"),
        real("alpha", "1", "anomalous exponent of the mean squared displacement", required=True),
        real("alpha_se", "1", "standard error of the anomalous exponent", required=True),
        real("alpha_low", "1", "lower end of the 95 % interval of the anomalous exponent"),
        real("alpha_high", "1", "upper end of the 95 % interval of the anomalous exponent"),
        maybe_whole("n_lags", "number of lags, in intervals between frames, that the fits know of"),
        text("motion", "most probable kind of motion: diffusive, directed or confined", required=False),
        real("motion_probability", "1", "probability of this kind of motion among the three"),
        real("confinement_radius_um", "um", "radius of confinement", required=True),
        real("volume_mean_um3", "um3", "mean volume"),
        real("area_mean_um2", "um2", "mean area"),
        text("parents", "track_ids this track came from, joined by ;"),
        text("began", "how the track began"),
        text("ended", "how the track ended"),
        text("censored", "whether the object lived longer than it was seen: no, begin, end or both", required=False),
    ),
    ("position", "structure", "track_id"),
)

_EVENT_COUNTS = tuple(
    whole(f"n_{kind}s", f"number of {kind}s that led to this frame")
    for kind in ("division", "fission", "fusion", "appearance", "disappearance")
)

DYNAMICS = Table(
    "dynamics",
    (
        POSITION,
        STRUCTURE,
        OF_CELL,
        FRAME,
        TIME,
        whole("n_objects", "number of objects"),
        real("volume_um3", "um3", "summed volume of the objects"),
        real("area_um2", "um2", "summed area of the objects"),
        real("skeleton_length_um", "um", "summed length of their skeletons"),
        real("n_branches", "1", "summed number of branches of their skeletons"),
        real("n_junctions", "1", "summed number of junctions of their skeletons"),
        real("n_ends", "1", "summed number of ends of their skeletons"),
        real(
            "distance_to_nucleus_um", "um", "mean distance of the objects to the surface of the nucleus of their cell"
        ),
        *_EVENT_COUNTS,
    ),
    ("position", "structure", "cell_id", "frame"),
)
"""One row per structure and timepoint, for the whole field and for each cell."""

RATES = Table(
    "rates",
    (
        POSITION,
        STRUCTURE,
        OF_CELL,
        text("kind", "division, fission, fusion, appearance or disappearance"),
        whole("n_events", "number of events"),
        real("object_h", "h", "time for which objects were watched, summed over them", required=True),
        real("rate_per_h", "h-1", "events per object and hour", required=True),
        real("rate_low_per_h", "h-1", "lower end of the 95 % interval of the rate", required=True),
        real("rate_high_per_h", "h-1", "upper end of the 95 % interval of the rate", required=True),
    ),
    ("position", "structure", "cell_id", "kind"),
)
"""How often things happen to the objects of a structure, in the whole field and in each cell."""

PAIRS = Table(
    "pairs",
    (
        POSITION,
        text("structure_a", "first structure"),
        text("structure_b", "second structure"),
        OF_CELL,
        FRAME,
        TIME,
        whole("n_contacts", "number of pairs of objects in contact"),
        real("contact_um3", "um3", "volume shared"),
        real("contact_um2", "um2", "area shared (2D)"),
        real("share_a", "1", "share of the first structure's volume (2D: area) that lies in the second"),
        real("share_b", "1", "share of the second structure's volume (2D: area) that lies in the first"),
    ),
    ("position", "structure_a", "structure_b", "cell_id", "frame"),
)
"""Contact and colocalisation of two structures over time, in the whole field and in each cell."""

CELL_CYCLES = Table(
    "cell_cycles",
    (
        POSITION,
        STRUCTURE,
        whole("track_id", "track"),
        maybe_whole("parent_id", "track that divided into this one"),
        whole("start_frame", "first frame"),
        whole("end_frame", "last frame"),
        real("start_s", "s", "time of the first observation", required=True),
        real("end_s", "s", "time of the last observation", required=True),
        real("duration_s", "s", "from the first frame after one division to the first after the next", required=True),
        text("censored", "no for a whole cycle; begin, end or both where a division is not seen"),
    ),
    ("position", "structure", "track_id"),
)
"""One row per track of structures that divide. Where a division was not seen, the cycle lasts at least `duration_s`."""

MSD = Table(
    "msd",
    (
        POSITION,
        STRUCTURE,
        whole("lag", "lag in frames"),
        real("lag_s", "s", "mean time between the observations", required=True),
        real("msd_um2", "um2", "mean squared displacement over all tracks", required=True),
        real("msd_se_um2", "um2", "its standard error, from the scatter between tracks", required=True),
        whole("n_tracks", "number of tracks with this lag"),
        whole("n_pairs", "number of pairs of observations"),
    ),
    ("position", "structure", "lag"),
)
"""Mean squared displacement of all tracks of a structure together."""
