/** The tools of the map by name: what an address may open. What a tool is stands in tools/tool.ts. */
const TOOL_NAMES = [
  "filter",
  "time",
  "swipe",
  "measure",
  "coordinates",
  "locate",
  "own-data",
  "services",
  "print",
  "picture",
  "share",
  "offline",
] as const;
export type ToolName = (typeof TOOL_NAMES)[number];

export function isToolName(text: string): text is ToolName {
  return (TOOL_NAMES as readonly string[]).includes(text);
}
