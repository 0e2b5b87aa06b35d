"""Search by name in everything that is published: without case and accents, over typing errors and inflection.

`question` makes words of what was typed, `meanings` finds what each word may mean, `hits` finds names that hold them,
`ranking` orders these, `answer` tells what and where they are; `find` is the way through all of them, `page` the same
for people without a script. The index is the loader's: migration 0007, `etl.store.words`. See docs/adr/0021.
"""

from service.search.find import search

__all__ = ["search"]
