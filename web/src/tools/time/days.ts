/** Days as people count them, YYYY-MM-DD, without hours and zones; and the steps from one to another. Pure. */

export type Unit = "day" | "month" | "year";

const DAY = 24 * 60 * 60 * 1000;

export function numberOf(day: string): number {
  return Math.round(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / DAY);
}

export function dayOf(number: number): string {
  return new Date(number * DAY).toISOString().slice(0, 10);
}

/** Today where the reader is, and not in Greenwich. */
export function today(now = new Date()): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

/** A step further or back; from the end of a month to the end of a shorter one. */
export function stepped(day: string, unit: Unit, steps: number): string {
  if (unit === "day") return dayOf(numberOf(day) + steps);
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const target = new Date(Date.UTC(year, month - 1 + steps * (unit === "year" ? 12 : 1), 1));
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  target.setUTCDate(Math.min(date, last));
  return target.toISOString().slice(0, 10);
}

/** The last change before a day (`way` -1) or the first after it (1); null when there is none. `changes` in order. */
export function nextChange(changes: readonly string[], day: string, way: 1 | -1): string | null {
  return (way > 0 ? changes.find((each) => each > day) : [...changes].reverse().find((each) => each < day)) ?? null;
}

export interface Span {
  from: string;
  to: string;
}

/** `day` where it lies in the span, else the end it lies beyond. */
export function within(day: string, { from, to }: Span): string {
  return day < from ? from : day > to ? to : day;
}
