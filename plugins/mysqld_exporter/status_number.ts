import type { Cell } from "./database.ts";

/** What words stand for, in any case. */
const WORDS: ReadonlyMap<string, number> = new Map([
  ["yes", 1],
  ["on", 1],
  ["primary", 1],
  ["no", 0],
  ["off", 0],
  ["disabled", 0],
  ["connecting", 0],
  ["non-primary", 0],
  ["disconnected", 0],
]);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Reads a number out of what the server says of its status, as mysqld_exporter does: numbers, switches, states of
 * replication and of Galera, and times as seconds since the epoch.
 *
 * @returns `undefined` for everything else.
 */
export function statusNumber(cell: Cell): number | undefined {
  if (cell === null) return undefined;
  const word = WORDS.get(cell.toLowerCase());
  if (word !== undefined) return word;
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell)) return Number(cell);
  return timeOf(cell);
}

/** `2026-11-29 10:43:21`, or as certificates have it, `Nov 29 10:43:21 2026 GMT`. */
function timeOf(text: string): number | undefined {
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return secondsOf(`${text.replace(" ", "T")}Z`);
  const { month = "", day = "", time, year } =
    /^(?<month>[A-Z][a-z]{2})\s+(?<day>\d{1,2}) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4}) GMT$/.exec(text)?.groups ?? {};
  const number = MONTHS.indexOf(month) + 1;
  if (number === 0) return undefined;
  return secondsOf(`${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}T${time}Z`);
}

function secondsOf(iso: string): number | undefined {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms / 1000;
}
