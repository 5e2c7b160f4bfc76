/** What a template works on: texts, numbers, truths, times, and lists of texts, which query parameters are. */
export type TemplateValue = string | number | boolean | Date | readonly string[] | undefined;

/** A function of templates, which gets what is piped into it as its last argument. */
export type TemplateFunction = (...args: TemplateValue[]) => TemplateValue;

/** A value as it stands in the body; lists as Go prints them. */
export function printed(value: TemplateValue): string {
  if (value === undefined) throw new TypeError("there is no value");
  if (value instanceof Date) return formatted(value, "2006-01-02 15:04:05 -0700 MST");
  return typeof value === "object" ? `[${value.join(" ")}]` : String(value);
}

/** What Go's templates and Sprig take for nothing. */
export function isEmpty(value: TemplateValue): boolean {
  return value === undefined || value === "" || value === 0 || value === false ||
    Array.isArray(value) && value.length === 0;
}

/** Below 0 if the first comes first: both are numbers, or both texts. */
export function compared(one: TemplateValue, other: TemplateValue): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  if (typeof one === "string" && typeof other === "string") return one < other ? -1 : Number(one > other);
  throw new TypeError(`cannot compare ${JSON.stringify(one)} with ${JSON.stringify(other)}`);
}

/** @throws {TypeError} If it is no list. */
export function listOf(value: TemplateValue): readonly string[] {
  if (Array.isArray(value)) return value;
  throw new TypeError("expected a list");
}

/** @throws {TypeError} If it is no number, nor the text of one. */
export function numberOf(value: TemplateValue): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && !Number.isNaN(number)) return number;
  throw new TypeError(`expected a number, got ${JSON.stringify(value)}`);
}

/** A time in UTC, by Go's layout, which is what the second of January 2006, 15:04:05, looks like. */
export function formatted(date: Date, layout: string): string {
  const iso = date.toISOString();
  const parts: Readonly<Record<string, string>> = {
    "2006": iso.slice(0, 4),
    "01": iso.slice(5, 7),
    "02": iso.slice(8, 10),
    "15": iso.slice(11, 13),
    "04": iso.slice(14, 16),
    "05": iso.slice(17, 19),
    ".000": iso.slice(19, 23),
    "Z07:00": "Z",
    "-07:00": "+00:00",
    "-0700": "+0000",
    "MST": "UTC",
  };
  return layout.replace(/2006|01|02|15|04|05|\.000|Z07:00|-07:00|-0700|MST/g, (part) => parts[part]!);
}
