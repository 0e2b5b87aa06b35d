/**
 * The tools of the map, in the order in which the panel offers them. Each is loaded when it is opened and not before.
 *
 * A tool that is not here does not exist; the type holds its name to the words and to the addresses.
 */
import type { Key } from "../messages/messages";
import type { ToolName } from "../state/tools";
import type { ToolModule } from "./tool";

export interface ToolEntry {
  name: ToolName;
  title: Key;
  /** A path on a 24 × 24 grid. */
  icon: string;
  load: () => Promise<ToolModule>;
}

export const TOOLS: readonly ToolEntry[] = [
  {
    name: "filter",
    title: "tool_filter",
    icon: "M4 5h16l-6.5 8v6l-3-2v-4z",
    load: () => import("./filter"),
  },
  {
    name: "time",
    title: "tool_time",
    icon: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
    load: () => import("./time"),
  },
  {
    name: "swipe",
    title: "tool_swipe",
    icon: "M4 5h16v14H4zM12 3v18M9 10l-2 2 2 2M15 10l2 2-2 2",
    load: () => import("./swipe"),
  },
  {
    name: "measure",
    title: "tool_measure",
    icon: "M3 16L16 3l5 5L8 21zM7 12l2.5 2.5M10 9l1.5 1.5M13 6l2.5 2.5",
    load: () => import("./measure"),
  },
  {
    name: "coordinates",
    title: "tool_coordinates",
    icon: "M12 2v6M12 16v6M2 12h6M16 12h6M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
    load: () => import("./coordinates"),
  },
  {
    name: "locate",
    title: "tool_locate",
    icon: "M21 3L3 10.5l7.5 3 3 7.5z",
    load: () => import("./locate"),
  },
  {
    name: "own-data",
    title: "tool_own-data",
    icon: "M12 16V5M8 9l4-4 4 4M4 15v5h16v-5",
    load: () => import("./own-data"),
  },
  {
    name: "services",
    title: "tool_services",
    icon: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3.5 9.5h17M3.5 14.5h17M12 3c-5 5.5-5 12.5 0 18 5-5.5 5-12.5 0-18z",
    load: () => import("./services"),
  },
  {
    name: "print",
    title: "tool_print",
    icon: "M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7z",
    load: () => import("./print"),
  },
  {
    name: "picture",
    title: "tool_picture",
    icon: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
    load: () => import("./picture"),
  },
  {
    name: "share",
    title: "tool_share",
    icon: "M7 14a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5zM17 8a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5zM17 21a2.5 2.5 0 1 1 0-5 2.5 2.5 0 0 1 0 5zM9.200 10.300l5.600-3.500M9.200 12.800l5.600 3.500",
    load: () => import("./share"),
  },
  {
    name: "offline",
    title: "tool_offline",
    icon: "M12 4v10M8 10l4 4 4-4M4 17v3h16v-3",
    load: () => import("./offline"),
  },
];
