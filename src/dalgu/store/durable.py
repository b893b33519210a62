"""Files that are whole on disk or not there at all: written aside, synced, then named."""

import os
from pathlib import Path


def partial_of(path: Path) -> Path:
    """Return the name under which a file is written before it is whole."""
    return path.with_name(path.name + ".partial")


def publish(path: Path, root: Path) -> None:
    """Give a partial file its name, durably: the file, then each folder up to the root's own."""
    sync(partial_of(path))
    partial_of(path).replace(path)
    for folder in path.parents:
        sync(folder)
        if folder == root.parent:
            return


def put(path: Path, content: bytes) -> None:
    """Put content in the place of a file, old or new, whole; its folder is made where it lacks."""
    made = [folder.parent for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    partial_of(path).write_bytes(content)
    sync(partial_of(path))
    partial_of(path).replace(path)
    for folder in (path.parent, *made):
        sync(folder)


def create(path: Path, content: bytes) -> None:
    """Write a new file that only its owner may read; raise `FileExistsError` where there is one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = partial_of(path)
    partial.unlink(missing_ok=True)  # what a power cut left
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    sync(partial)
    try:
        os.link(partial, path)  # unlike a rename it never overwrites
    finally:
        partial.unlink()
    sync(path.parent)


def sync(path: Path) -> None:
    """Make a file, or what a folder lists, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
