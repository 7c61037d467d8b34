"""Sample data: a believable year of work on the real programme, told through the real domain calls.

Everything follows from the story and a last day; nothing is drawn by chance, so the same day gives the same
data. People are named by their post. The site marks every page that shows it as sample data.
"""

from baocao.sample.story import tell

__all__ = ["tell"]
