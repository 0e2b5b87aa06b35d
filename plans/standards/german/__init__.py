"""XPlanGML, the German standard: read, its tables, and corrected packages written back.

The tables (objects, attributes, codes) are those of the XPlanung schemas 4.1, 5.4, 6.0 and 6.1 (XLeitstelle); versions
between are judged by the next later one. surfaces.csv is from the Konformitätsbedingungen. steps.csv is ours: what each
Rechtsstand is among the INSPIRE steps; a plan that is partly superseded is still in force for what is left of it.
"""
