"""QGIS as a client: opens collections through its OGC API Features provider, writes what it sees as JSON lines.

Run by Debian's own Python, which has QGIS: `/usr/bin/python3 qgis_client.py URL COLLECTION…`. Apart from the tests
because that Python is another one than theirs.
"""

import json
import os
import sys
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = tempfile.mkdtemp(prefix="qgis-")

from qgis.core import QgsApplication, QgsFeatureRequest, QgsVectorLayer, QgsWkbTypes


def seen(url: str, collection: str) -> dict[str, object]:
    """Return what QGIS sees of a collection: counts of all features and of those in the middle of its extent."""
    uri = f" url='{url}' typename='{collection}' version='OGC_API_FEATURES' pagingEnabled='true'"
    layer = QgsVectorLayer(uri, collection, "OAPIF")
    if not layer.isValid():
        return {"collection": collection, "valid": False, "error": layer.error().message()}
    features = list(layer.getFeatures())
    extent = layer.extent()
    extent.scale(0.5)
    inside = list(layer.getFeatures(QgsFeatureRequest().setFilterRect(extent)))
    return {
        "collection": collection,
        "valid": True,
        "crs": layer.crs().authid(),
        "geometry": QgsWkbTypes.displayString(layer.wkbType()),
        "fields": {field.name(): field.typeName() for field in layer.fields()},
        "features": len(features),
        "box": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "inside": len({feature.id() for feature in inside}),
    }


def main() -> None:
    """Open each collection that is named."""
    QgsApplication.setPrefixPath("/usr", useDefaultPaths=True)
    application = QgsApplication([], False)
    application.initQgis()
    url, *collections = sys.argv[1:]
    for collection in collections:
        sys.stdout.write(json.dumps(seen(url, collection)) + "\n")
        sys.stdout.flush()
    os._exit(0)  # QGIS' own clean-up crashes off screen now and then, after all is said


main()
