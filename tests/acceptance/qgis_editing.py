"""QGIS as an editor: changes, moves, adds and deletes features of a collection, writes what came of it as JSON.

Run by Debian's own Python: `/usr/bin/python3 qgis_editing.py URL COLLECTION TOKEN`. QGIS edits OGC API Features from
3.32 on; an older one says that it cannot. The token goes the way a user's does: as a kept authentication.
"""

import json
import os
import sys
import tempfile

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = tempfile.mkdtemp(prefix="qgis-")
os.environ["QGIS_AUTH_DB_DIR_PATH"] = os.environ["QGIS_CUSTOM_CONFIG_PATH"]

from qgis.core import Qgis, QgsApplication, QgsAuthMethodConfig, QgsFeature, QgsGeometry, QgsVectorLayer

EDITING = 33200
NEW, MOVED = "POINT(-687000 -972000)", "POINT(-687100 -972100)"


def kept(token: str) -> str:
    """Return the id of the token in QGIS's own store."""
    store = QgsApplication.authManager()
    store.setMasterPassword(token, True)
    config = QgsAuthMethodConfig()
    config.setName("edit")
    config.setMethod("APIHeader")
    config.setConfigMap({"Authorization": f"Bearer {token}"})
    store.storeAuthenticationConfig(config)
    return str(config.id())


def opened(url: str, collection: str, config: str | None) -> QgsVectorLayer:
    """Return the collection as a layer in S-JTSK."""
    uri = f" url='{url}' typename='{collection}' version='OGC_API_FEATURES' srsname='EPSG:5514'"
    return QgsVectorLayer(uri + (f" authcfg={config}" if config else ""), collection, "OAPIF")


def edited(layer: QgsVectorLayer) -> dict[str, bool]:
    """Return which edits were taken; the last is one that must be refused."""
    layer.startEditing()
    first, second, *_ = sorted(layer.getFeatures(), key=lambda feature: feature["number"])
    column = layer.fields().indexOf("name")
    layer.changeAttributeValue(first.id(), column, "změněno v QGIS")
    done = {"attribute": layer.commitChanges(False)}
    layer.changeGeometry(first.id(), QgsGeometry.fromWkt(MOVED))
    done["geometry"] = layer.commitChanges(False)
    new = QgsFeature(layer.fields())
    new.setGeometry(QgsGeometry.fromWkt(NEW))
    new["name"] = "nové z QGIS"
    layer.addFeature(new)
    done["new"] = layer.commitChanges(False)
    layer.deleteFeature(second.id())
    done["delete"] = layer.commitChanges(False)
    layer.changeAttributeValue(first.id(), layer.fields().indexOf("power"), -1.0)
    done["refused"] = layer.commitChanges(False)
    layer.rollBack()
    return done


def main() -> None:
    """Open the collection with and without the token, and edit it."""
    QgsApplication.setPrefixPath("/usr", useDefaultPaths=True)
    application = QgsApplication([], False)
    application.initQgis()
    url, collection, token = sys.argv[1:]
    said: dict[str, object] = {"edits": Qgis.versionInt() >= EDITING}
    if said["edits"]:
        add = 1  # QgsVectorDataProvider.AddFeatures
        strange = opened(url, collection, None)  # the layer owns its provider
        said["stranger"] = bool(strange.dataProvider().capabilities() & add)
        said["done"] = edited(opened(url, collection, kept(token)))
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    os._exit(0)  # QGIS' own clean-up crashes off screen now and then, after all is said


main()
