"""All rules of the Polish standard, by importing the modules in which they stand."""

import plans.rules.polish.codes
import plans.rules.polish.dates
import plans.rules.polish.documents
import plans.rules.polish.geometry
import plans.rules.polish.identifiers
import plans.rules.polish.parameters
import plans.rules.polish.profiles
import plans.rules.polish.structure  # noqa: F401
