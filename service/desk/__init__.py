"""The desk on the web: pages for people, the same addresses as JSON for programs.

Whoever asks for JSON (`Accept: application/json`, or `f=json`) gets the documents that the pages show, and signs in by
a token in the Authorization header. Nothing here decides: who may do what stands in `desk`.
"""
