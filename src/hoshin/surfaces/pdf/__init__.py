"""PDF: records, charts and 8D reports set with the house's own templates."""

from .fonts import FOLDER
from .renderer import UnknownTemplate, render

__all__ = ["FOLDER", "UnknownTemplate", "render"]
