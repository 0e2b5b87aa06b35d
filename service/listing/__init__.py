"""The list: what the map shows, in rows. For each state of the map there is the same state as a list.

It works without a script; the app's panel shows the very same list. `state` reads and writes the address, `tables` says
which layers are rows, `rows` asks PostGIS, `conditions` ties the form to CQL2, `forms` turns a sent form into a state,
`page` puts together what is shown, `work` answers.
"""
