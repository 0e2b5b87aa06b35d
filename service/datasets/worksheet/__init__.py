"""Worksheets for schools: a page of tasks made from a dataset's own data, to be printed, with the solutions on another.

`sample` chooses a few features that can be told apart on a map, `columns` says what may be asked of a column, `maps`,
`tables` and `wholes` make the tasks, each with its answer reckoned from the same rows; `work` puts the sheet together.
A kind of task that would be unclear or pointless with these data is left out.
"""
