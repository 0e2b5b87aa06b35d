/** Leaflet's canvas for paths, as fine as it is wanted: by itself it knows one point to a pixel, or two. */
import * as L from "leaflet";
import { fineness } from "./fineness";

/** What Leaflet's canvas is inside (1.9). */
interface Inside {
  _bounds: L.Bounds;
  _container: HTMLCanvasElement;
  _ctx: CanvasRenderingContext2D;
  _redraw(): void;
}

const LEAFLETS_FINEST = 2;
const { _update: update } = L.Canvas.prototype as unknown as { _update: () => void };

class FineCanvas extends L.Canvas {
  /** Leaflet calls it when the map has moved or has another size. */
  protected _update(): void {
    update.call(this);
    const fine = fineness();
    if (fine <= LEAFLETS_FINEST) return;
    const inside = this as unknown as Inside;
    const [corner, size] = [inside._bounds.getTopLeft(), inside._bounds.getSize()];
    [inside._container.width, inside._container.height] = [Math.round(fine * size.x), Math.round(fine * size.y)];
    inside._ctx.setTransform(fine, 0, 0, fine, -corner.x * fine, -corner.y * fine);
    inside._redraw();
  }
}

export function canvas(options: L.RendererOptions): L.Canvas {
  return new FineCanvas(options);
}
