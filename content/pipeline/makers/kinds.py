"""Who makes what: each maker adds its line."""

from content.pipeline.makers import Maker

MAKERS: dict[str, Maker] = {}
