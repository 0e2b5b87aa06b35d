"""Rules of the Czech unified standard, by what they look at. Importing this package registers all of them."""

from plans.rules.czech import attributes, codes, form, layers, relations

__all__ = ["attributes", "codes", "form", "layers", "relations"]
