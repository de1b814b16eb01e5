"""The business's own pictures: a logo, photos of work, what a shared link shows."""

import argparse

from chalicelib.cli.showing import show
from chalicelib.wiring import Program


def picture_add(program: Program, options: argparse.Namespace) -> int:
    """Put a picture into the site, and say under which name the settings may use it."""
    from chalicelib.site.pictures import prepare

    ready = prepare(options.file.read_bytes(), options.file.stem, options.use)
    program.site_store.put(ready.path, ready.content)
    shape = {"picture": ready.name, "width": ready.width, "height": ready.height, "bytes": len(ready.content)}
    size = f"{ready.width} x {ready.height} pixels, {len(ready.content):,} bytes"
    show(options, {**shape, "setting": ready.setting}, f"{ready.name}\n{size}; put the name into {ready.setting}")
    return 0
