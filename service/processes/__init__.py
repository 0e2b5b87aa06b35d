"""OGC API Processes, Part 1: the check of a plan as the process `validate-plan`, for programs of other makers.

It is the desk's check under the names of the standard: the same queue, the same limits, the same report. A job's id is
that of the check, and as unguessable; therefore jobs are not listed. After it come the outputs that were asked for.
"""
