"""“What applies here?”: for one place, its municipality, the plan, the zone and whatever else holds there.

A page that can be read aloud, printed and sent, and the same as JSON. Which datasets speak, and as what, is said by
`here:` in their files; no dataset is known by name.

`question` reads what is asked, `facts` asks PostGIS, `document` says it, `work` answers `/here`.
"""
