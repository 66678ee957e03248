"""Errors of livecell: each says in one line what was expected, what was found, and what to do."""

from __future__ import annotations

from collections.abc import Sequence


class LivecellError(Exception):
    """An input, a configuration or a disk that is not as needed (exit code 1 on the command line).

    Parameters
    ----------
    subject : the path, option or key the error is about.
    expected, found : what was needed, and what was there instead.
    hint : what to do about it.
    """

    def __init__(self, subject: object, *, expected: str, found: str, hint: str) -> None:
        self.parts = (str(subject), expected, found, hint)
        message = f"{subject}: expected {expected}, found {found}; {hint}"
        super().__init__(" ".join(message.split()))

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling between workers.
        return _rebuild, (type(self), *self.parts)


def _rebuild(kind: type[LivecellError], subject: str, expected: str, found: str, hint: str) -> LivecellError:
    return kind(subject, expected=expected, found=found, hint=hint)


class MissingPathError(LivecellError, FileNotFoundError):
    """A file or folder that does not exist."""

    __str__ = Exception.__str__


class AcquisitionError(LivecellError, ValueError):
    """Images that cannot be read as asked: format, axes, channel, voxel size, a truncated file."""


class AxesError(AcquisitionError):
    """A file whose axes are not known, or are not those that were given."""


class ChannelError(AcquisitionError):
    """A channel that is not there, or one of several that is not chosen."""


class FrameError(AcquisitionError):
    """A timepoint that a recording does not have."""


class ConfigError(LivecellError, ValueError):
    """Configuration keys or values that are not valid: of several, one line that counts them, then a line for each.

    Parameters
    ----------
    problems : what is wrong, in words for the user, where it is said line by line.
    """

    def __init__(self, subject: object, *, expected: str, found: str, hint: str, problems: Sequence[str] = ()) -> None:
        super().__init__(subject, expected=expected, found=found, hint=hint)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n  - ".join((super().__str__(), *self.problems))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), *self.parts), {"problems": self.problems}


class PairsError(ConfigError):
    """Pairs that cannot be learnt from."""

    @classmethod
    def listing(cls, problems: Sequence[str]) -> PairsError:
        """Return the error of one or more problems."""
        return cls(
            "training pairs",
            expected="pairs that a model can learn from",
            found=f"{len(problems)} problem{'s' if len(problems) > 1 else ''}",
            hint="mend all of these, then train",
            problems=problems,
        )


class ModelError(LivecellError, ValueError):
    """A model package that is missing, damaged or does not fit the images."""


class RunFolderError(LivecellError, ValueError):
    """A run folder that belongs to another input, is locked, or is not a run folder."""


class ClusterError(LivecellError, RuntimeError):
    """Workers that do not come, or a scheduler that is gone."""


class TableError(LivecellError, ValueError):
    """A table whose columns are not those of its kind."""


class StorageError(LivecellError, OSError):
    """A disk that is full, read-only, or holds a store that cannot be read."""

    __str__ = Exception.__str__


class DamagedVolumeError(StorageError):
    """A stored volume that is cut short or unreadable: that one, not the disk it lies on."""


class RegistrationError(LivecellError, ValueError):
    """Images that could not be laid over each other credibly."""
