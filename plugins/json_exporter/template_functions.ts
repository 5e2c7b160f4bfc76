/** What a template works on: texts, numbers, truths, times, and lists of texts, which query parameters are. */
export type TemplateValue = string | number | boolean | Date | readonly string[] | undefined;

/** A function of templates, which gets what is piped into it as its last argument. */
export type TemplateFunction = (...args: TemplateValue[]) => TemplateValue;

/** What functions need from outside. */
export interface TemplateSurroundings {
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
}

/** The functions of Go's templates and of Sprig that bodies of requests are made with. */
export function templateFunctions({ now }: TemplateSurroundings): Readonly<Record<string, TemplateFunction>> {
  return {
    first: (list) => listOf(list)[0],
    last: (list) => listOf(list).at(-1),
    index: (list, i) => listOf(list)[numberOf(i)],
    join: (separator, list) => listOf(list).join(printed(separator)),
    len: (value) => typeof value === "string" ? new TextEncoder().encode(value).length : listOf(value).length,
    default: (fallback, value) => isEmpty(value) ? fallback : value,
    empty: isEmpty,
    quote: (value) => JSON.stringify(printed(value)),
    squote: (value) => `'${printed(value)}'`,
    toJson: (value) => JSON.stringify(value),
    toString: printed,
    print: (...values) => values.map(printed).join(""),
    upper: (text) => printed(text).toUpperCase(),
    lower: (text) => printed(text).toLowerCase(),
    trim: (text) => printed(text).trim(),
    replace: (old, to, text) => printed(text).replaceAll(printed(old), () => printed(to)),
    urlquery: (text) => new URLSearchParams([["", printed(text)]]).toString().slice(1),
    b64enc: (text) => btoa(String.fromCharCode(...new TextEncoder().encode(printed(text)))),
    int: (value) => Math.trunc(numberOf(value)),
    add: (...values) => values.map(numberOf).reduce((sum, value) => sum + value, 0),
    sub: (one, other) => numberOf(one) - numberOf(other),
    mul: (...values) => values.map(numberOf).reduce((product, value) => product * value, 1),
    div: (one, other) => Math.trunc(numberOf(one) / numberOf(other)),
    eq: (one, ...others) => others.some((other) => printed(other) === printed(one)),
    ne: (one, other) => printed(one) !== printed(other),
    not: isEmpty,
    and: (...values) => values.find(isEmpty) ?? values.at(-1),
    or: (...values) => values.find((value) => !isEmpty(value)) ?? values.at(-1),
    now: () => new Date(now()),
    unixEpoch: (date) => String(Math.floor(dateOf(date).getTime() / 1000)),
    date: (layout, date) => formatted(dateOf(date), printed(layout)),
    dateModify: modified,
    date_modify: modified,
    duration: (seconds) => durationOf(numberOf(seconds)),
    randInt: (from, to) => numberOf(from) + Math.floor(Math.random() * (numberOf(to) - numberOf(from))),
    uuidv4: () => crypto.randomUUID(),
  };
}

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

function listOf(value: TemplateValue): readonly string[] {
  if (Array.isArray(value)) return value;
  throw new TypeError("expected a list");
}

function numberOf(value: TemplateValue): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && !Number.isNaN(number)) return number;
  throw new TypeError(`expected a number, got ${JSON.stringify(value)}`);
}

function dateOf(value: TemplateValue): Date {
  if (value instanceof Date) return value;
  return new Date(numberOf(value) * 1000);
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

function modified(duration: TemplateValue, date: TemplateValue): Date {
  const text = printed(duration);
  const [, sign, parts] = /^([+-]?)((?:\d+(?:\.\d+)?(?:h|ms|m|s))+)$/.exec(text) ?? [];
  if (parts === undefined) throw new TypeError(`expected a duration such as "-5m", got ${JSON.stringify(text)}`);
  const ms = [...parts.matchAll(/([\d.]+)(h|ms|m|s)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!,
    0,
  );
  return new Date(dateOf(date).getTime() + (sign === "-" ? -ms : ms));
}

/** Seconds as Go prints a duration: `1m35s`. */
function durationOf(seconds: number): string {
  const whole = Math.abs(Math.trunc(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const text = `${hours > 0 ? `${hours}h` : ""}${whole >= 60 ? `${minutes}m` : ""}${whole % 60}s`;
  return seconds <= -1 ? `-${text}` : text;
}

/** A time in UTC, by Go's layout, which is what the second of January 2006, 15:04:05, looks like. */
function formatted(date: Date, layout: string): string {
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
