/**
 * The panel of tools: their list, and the one that is open.
 *
 * A tool stays open while the panel is shut or shows something else: one measures, or watches the time go by, with the
 * map in full sight. It ends when it is closed here, or when another is opened; printing, which takes the map away, also
 * when the panel is shut: else nothing on the screen would say how to get the map back.
 */
import { addToolWords } from "../messages/messages";
import { byId, fill, icon, make } from "../panels/dom";
import { TOOLS, type ToolEntry } from "./register";
import { showLine } from "./swipe/watch";
import type { ToolName } from "../state/tools";
import type { Around, OpenTool, ToolModule } from "./tool";

export function toolsPanel(around: Around): HTMLElement {
  showLine(around);
  return new ToolsPanel(around).element;
}

/** What a tool is called; null when none is meant. */
export function toolTitle(name: ToolName | null): ToolEntry["title"] | null {
  return TOOLS.find((each) => each.name === name)?.title ?? null;
}

export function endsWithPanel(name: ToolName | null): boolean {
  return name === "print";
}

class ToolsPanel {
  readonly element = make("div", { className: "tools" });
  private readonly list: HTMLElement;
  private opened: OpenTool | null = null;
  private wanted: ToolName | null = null;
  private turn = 0;

  constructor(private readonly around: Around) {
    this.list = make("ul", { className: "tool-list" }, ...TOOLS.map((each) => make("li", {}, this.opener(each))));
    around.store.watch((state) => state.tool, (name) => void this.show(name));
  }

  private opener({ name, title, icon: path }: ToolEntry): HTMLElement {
    const { store, say } = this.around;
    const button = make("button", { type: "button", onclick: () => store.set({ tool: name }) }, icon(path), say(title));
    button.dataset.tool = name;
    return button;
  }

  private async show(name: ToolName | null): Promise<void> {
    const [before, turn] = [this.wanted, (this.turn += 1)];
    this.wanted = name;
    this.opened?.close();
    this.opened = null;
    const entry = TOOLS.find((each) => each.name === name);
    if (!entry) return this.showList(before);
    fill(this.element, make("p", { className: "empty" }, this.around.say("loading")));
    const [tool] = await Promise.all([entry.load(), addToolWords(this.around.lang)]).catch(() => [null]);
    if (turn === this.turn) this.showTool(entry, tool); // one that was left and opened again is opened once
  }

  private showTool(entry: ToolEntry, tool: ToolModule | null): void {
    if (!tool) return fill(this.element, this.failure(entry));
    this.opened = tool.open(this.around);
    fill(this.element, this.opened.content);
  }

  /** The list again; the focus goes to where it came from, if it was on what is now gone. */
  private showList(before: ToolName | null): void {
    fill(this.element, this.list);
    if (before) this.list.querySelector<HTMLElement>(`[data-tool="${before}"]`)?.focus();
  }

  private failure({ name }: ToolEntry): HTMLElement {
    const { say } = this.around;
    const retry = (): void => {
      byId("panel-title").focus(); // the button goes
      void this.show(name);
    };
    const again = make("button", { type: "button", className: "quiet", onclick: retry }, say("try_again"));
    return make("p", { className: "empty", role: "alert" }, say("tool_failed"), " ", again);
  }
}
