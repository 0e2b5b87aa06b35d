"""Makes the pictures of the guide “Open in QGIS”: QGIS' own windows, off screen, connected to a running portal.

Run by Debian's own Python, which has QGIS: `/usr/bin/python3 tests/acceptance/qgis_pictures.py URL FOLDER`, the URL of
the demo portal's OGC API. Of the machine nothing is shown: the address in the picture is an example.
"""

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp()
os.environ["QGIS_CUSTOM_CONFIG_PATH"] = tempfile.mkdtemp(prefix="qgis-")

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsLayerTreeModel,
    QgsProject,
    QgsProviderRegistry,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.gui import QgsGui, QgsLayerTreeMapCanvasBridge, QgsLayerTreeView, QgsMapCanvas, QgsNewHttpConnection
from qgis.PyQt.QtCore import QEventLoop, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QFont, QImage
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDockWidget,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QTreeView,
    QWidget,
)

NAME, SHOWN = "Three Springs", "https://portal.example/ogc"
LAYERS = {
    "war-graves": "War graves",
    "memorials": "Memorial sites",
    "roads": "Roads",
    "municipalities": "Municipalities",
}
COLOURS = {"war-graves": "#7e22ce", "memorials": "#c2410c", "roads": "#5a6675", "municipalities": "#f6f1e3"}


def settle(milliseconds: int) -> None:
    """Let the application work for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec_()


def save(window: QWidget, target: Path) -> None:
    """Write what a window shows, in few colours, so that the file is small."""
    window.grab().toImage().convertToFormat(QImage.Format_Indexed8, Qt.ThresholdDither).save(str(target))


def connection(folder: Path) -> None:
    """Picture the window for a new connection, filled in."""
    window = QgsNewHttpConnection(None, QgsNewHttpConnection.ConnectionWfs, "qgis/connections-wfs/", "")
    window.findChild(QLineEdit, "txtName").setText(NAME)
    window.findChild(QLineEdit, "txtUrl").setText(SHOWN)
    versions = window.findChild(QComboBox, "cmbVersion")
    versions.setCurrentIndex(versions.findText("OGC API - Features"))
    window.resize(560, 600)
    window.show()
    settle(500)
    save(window, folder / "connection.png")
    window.close()


def layers(url: str, folder: Path) -> None:
    """Picture the list of layers after connecting."""
    settings = QgsSettings()
    settings.setValue(f"qgis/connections-wfs/{NAME}/url", url)
    settings.setValue(f"qgis/connections-wfs/{NAME}/version", "OGC_API_FEATURES")
    settings.setValue("qgis/connections-wfs/selected", NAME)
    modes = QgsProviderRegistry.WidgetMode
    window = QgsGui.sourceSelectProviderRegistry().createSelectionWidget("WFS", None, Qt.Widget, modes(0))
    window.resize(700, 460)
    window.show()
    window.findChild(QPushButton, "btnConnect").click()
    settle(6000)
    view = window.findChild(QTreeView)
    model = view.model()
    rows = [model.index(row, 1).data() for row in range(model.rowCount())]
    view.setCurrentIndex(model.index(rows.index("war-graves"), 1))
    settle(300)
    save(window, folder / "layers.png")
    window.close()


def on_the_map(url: str, folder: Path) -> None:
    """Picture layers of the portal in QGIS' layer list and on its map."""
    project = QgsProject.instance()
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:25833"))
    window, canvas, tree = QMainWindow(), QgsMapCanvas(), QgsLayerTreeView()
    model = QgsLayerTreeModel(project.layerTreeRoot())  # the view does not keep it alive
    tree.setModel(model)
    dock = QDockWidget("Layers")
    dock.setWidget(tree)
    window.setCentralWidget(canvas)
    window.addDockWidget(Qt.LeftDockWidgetArea, dock)
    for collection, title in reversed(LAYERS.items()):
        source = f" url='{url}' typename='{collection}' version='OGC_API_FEATURES' pagingEnabled='true'"
        layer = QgsVectorLayer(source, title, "OAPIF")
        layer.renderer().symbol().setColor(QColor(COLOURS[collection]))
        project.addMapLayer(layer)
    bridge = QgsLayerTreeMapCanvasBridge(project.layerTreeRoot(), canvas)
    window.resize(760, 500)
    window.show()
    settle(1000)
    bridge.setCanvasLayers()
    canvas.setDestinationCrs(project.crs())
    canvas.zoomToFullExtent()
    settle(9000)
    save(window, folder / "map.png")


def main() -> None:
    """Make the pictures."""
    QgsApplication.setPrefixPath("/usr", useDefaultPaths=True)
    application = QgsApplication([], True)
    application.initQgis()
    QApplication.setStyle("Fusion")
    QApplication.setFont(QFont("DejaVu Sans", 9))
    url, folder = sys.argv[1], Path(sys.argv[2])
    connection(folder)
    layers(url, folder)
    on_the_map(url, folder)
    os._exit(0)  # QGIS' own clean-up crashes off screen now and then, after all is done


main()
