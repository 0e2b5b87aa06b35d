"""Write the QGIS project of the bench: `python3 qgis_project.py FILE CONNECTION`, by a Python that has QGIS."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

LAYERS = {"parcels": "Polygon", "memorials": "Point", "zones": "Polygon"}


def write(file: str, connection: str) -> None:
    """Write a project whose layers are the plain tables, served as WFS with seven decimals."""
    from qgis.core import QgsApplication, QgsCoordinateReferenceSystem, QgsProject

    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    project.setTitle("bench")
    layers = [_layer(name, kind, connection) for name, kind in LAYERS.items()]
    for layer in layers:
        project.addMapLayer(layer)
        project.writeEntry("WFSLayersPrecision", f"/{layer.id()}", 7)
    project.writeEntry("WFSLayers", "/", [layer.id() for layer in layers])
    project.setTrustLayerMetadata(True)
    if not project.write(file):
        raise SystemExit(project.error())
    application.exitQgis()


def _layer(name: str, kind: str, connection: str) -> "QgsVectorLayer":
    from qgis.core import QgsVectorLayer

    source = (
        f"{connection} sslmode=disable key='id' estimatedmetadata=true srid=4326 type={kind}"
        f' checkPrimaryKeyUnicity=\'0\' table="public"."{name}" (geom)'
    )
    layer = QgsVectorLayer(source, name, "postgres")
    if not layer.isValid():
        raise SystemExit(f"{name}: {layer.error().message()}")
    layer.setShortName(name)
    return layer


if __name__ == "__main__":
    write(*sys.argv[1:])
