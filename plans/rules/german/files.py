"""What XPlanung expects of the files of a package."""

from findings import Level
from plans.rules.german.sources import GERMAN, OWN, VALIDATOR
from plans.rules.rule import Backing, Source, met, package_rule

package_rule("files.de-name", Level.WARNING, VALIDATOR, standards=GERMAN)(met("files.de-name"))
package_rule("files.de-xplan-gml", Level.WARNING, VALIDATOR, standards=GERMAN)(met("files.de-xplan-gml"))
package_rule("files.de-member", Level.WARNING, VALIDATOR, standards=GERMAN)(met("files.de-member"))
package_rule("files.de-reference", Level.WARNING, VALIDATOR, standards=GERMAN)(met("files.de-reference"))
package_rule("files.de-world-file", Level.NOTE, Source(Backing.OWN, f"{OWN.name}: ESRI World File"), standards=GERMAN)(
    met("files.de-world-file")
)
