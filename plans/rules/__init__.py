"""The rules. One rule is one function, one set of texts, one plan broken exactly so, one that passes."""
