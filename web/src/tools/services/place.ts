/** What the services on the map say of the place that is pointed at: asked while the tool is open, told in its panel. */
import type L from "leaflet";
import { fill, make } from "../../panels/dom";
import { aim } from "../aim";
import type { Around } from "../tool";
import { infoAt, type Answer, type Told, type Wms } from "./info";

export interface Askable {
  title: string;
  from: Wms;
}

export class AtPlace {
  readonly element = make("section", { className: "services-place", hidden: true });
  private readonly answers = make("div");
  private stopAiming: (() => void) | null = null;
  private asking = new AbortController();

  /** `askable`: what on the map can be asked, topmost first. */
  constructor(
    private readonly around: Around,
    private readonly askable: () => readonly Askable[],
  ) {
    const { say } = around;
    fill(this.element, make("h3", {}, say("services_place")), make("p", { className: "facts" }, say("services_place_help")), this.answers);
  }

  /** To be called when other services are on the map: only while one of them can be asked are clicks taken. */
  arrange(): void {
    const { frame } = this.around;
    this.element.hidden = this.askable().length === 0;
    if (this.element.hidden) this.close();
    else this.stopAiming ??= aim(frame.map, { point: (at) => void this.ask(at) });
  }

  close(): void {
    this.asking.abort();
    this.stopAiming?.();
    this.stopAiming = null;
    fill(this.answers);
  }

  private async ask(at: L.LatLng): Promise<void> {
    const { say, store, frame, announce } = this.around;
    this.asking.abort();
    const { signal } = (this.asking = new AbortController());
    store.set({ panel: "tools" });
    fill(this.answers, make("p", { className: "empty" }, say("loading")));
    const answers = await Promise.all(this.askable().map(async ({ title, from }) => {
      const answer = await infoAt(from, frame.map, at, signal).catch(() => null);
      return { title, answer };
    }));
    if (signal.aborted) return;
    fill(this.answers, ...answers.map(({ title, answer }) => make("section", {}, make("h4", {}, title), ...this.written(answer))));
    announce(say("services_place_told", { n: answers.reduce((sum, { answer }) => sum + countOf(answer), 0) }));
    this.element.scrollIntoView({ block: "nearest" });
  }

  private written(answer: Answer | null): HTMLElement[] {
    const { say } = this.around;
    if (!answer) return [make("p", { className: "bad" }, say("services_place_failed"))];
    if (countOf(answer) === 0) return [make("p", { className: "empty" }, say("services_place_none"))];
    return answer.text ? [make("pre", { tabIndex: 0 }, answer.text)] : answer.told.map(table);
  }
}

function countOf(answer: Answer | null): number {
  return answer ? answer.told.length + (answer.text ? 1 : 0) : 0;
}

function table({ title, values }: Told): HTMLElement {
  const rows = values.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
  return make("div", { className: "values" }, title && make("p", { className: "facts" }, title), make("dl", {}, ...rows));
}
