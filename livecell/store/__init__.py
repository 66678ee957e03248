"""OME-Zarr: the only place that knows how volumes lie on disk."""

from livecell.store.collection import create_collection, image_path
from livecell.store.create import create_image, create_labels
from livecell.store.encoding import Encoding
from livecell.store.extend import extend_image
from livecell.store.image import read_layout
from livecell.store.layout import Channel, ImageLayout
from livecell.store.listing import list_images, list_labels
from livecell.store.objects import Location, ObjectPath, link, locate, remove
from livecell.store.opening import open_image, open_labels
from livecell.store.presence import TimepointFiles, present_timepoints, timepoint_identity
from livecell.store.volume import delete_volume, has_volume, read_volume, write_volume
from livecell.store.windows import set_windows

__all__ = [
    "Channel",
    "Encoding",
    "ImageLayout",
    "Location",
    "ObjectPath",
    "TimepointFiles",
    "create_collection",
    "create_image",
    "create_labels",
    "delete_volume",
    "extend_image",
    "has_volume",
    "image_path",
    "link",
    "list_images",
    "list_labels",
    "locate",
    "open_image",
    "open_labels",
    "present_timepoints",
    "read_layout",
    "read_volume",
    "remove",
    "set_windows",
    "timepoint_identity",
    "write_volume",
]
