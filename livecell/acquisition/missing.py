"""What a user should know about data that is not there."""

from __future__ import annotations

from collections.abc import Sequence

from livecell.acquisition.recording import Recording


def missing_warnings(recording: Recording) -> list[str]:
    """Return a line for each set of missing timepoints, and the channels it concerns."""
    frames = [tuple(recording.missing_frames(c)) for c in range(recording.shape[1])]
    lines = []
    for missing in sorted(set(frames) - {()}):
        channels = [name for name, of_channel in zip(recording.channels, frames, strict=True) if of_channel == missing]
        where = "" if len(channels) == len(frames) else f" of channel {', '.join(channels)}"
        lines.append(
            f"position {recording.position}: {len(missing)} of {recording.shape[0]} timepoints{where} are missing or "
            f"incomplete (frames {ranges(missing)}); they are kept as missing"
        )
    return lines


def ranges(numbers: Sequence[int]) -> str:
    """Write sorted numbers as 1, 4-7, 9."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)
