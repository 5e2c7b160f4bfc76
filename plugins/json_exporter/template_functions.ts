import { textFunctions } from "./template_text_functions.ts";
import {
  compared,
  formatted,
  isEmpty,
  listOf,
  numberOf,
  printed,
  type TemplateFunction,
  type TemplateValue,
} from "./template_values.ts";

/** What functions need from outside. */
export interface TemplateSurroundings {
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
}

/** The functions of Go's templates and of Sprig that bodies of requests are made with. */
export function templateFunctions({ now }: TemplateSurroundings): Readonly<Record<string, TemplateFunction>> {
  return {
    ...textFunctions,
    first: (list) => listOf(list)[0],
    last: (list) => listOf(list).at(-1),
    index: (list, i) => listOf(list)[numberOf(i)],
    rest: (list) => listOf(list).slice(1),
    initial: (list) => listOf(list).slice(0, -1),
    reverse: (list) => listOf(list).toReversed(),
    uniq: (list) => [...new Set(listOf(list))],
    sortAlpha: (list) => listOf(list).toSorted(),
    has: (value, list) => listOf(list).includes(printed(value)),
    join: (separator, list) => listOf(list).join(printed(separator)),
    len: (value) => typeof value === "string" ? new TextEncoder().encode(value).length : listOf(value).length,
    default: (fallback, value) => isEmpty(value) ? fallback : value,
    empty: isEmpty,
    coalesce: (...values) => values.find((value) => !isEmpty(value)),
    ternary: (yes, no, value) => isEmpty(value) ? no : yes,
    toJson: (value) => JSON.stringify(value),
    toString: printed,
    print: (...values) => values.map(printed).join(""),
    int: (value) => Math.trunc(numberOf(value)),
    int64: (value) => Math.trunc(numberOf(value)),
    atoi: (text) => /^[+-]?\d+$/.test(printed(text)) ? Number(text) : 0,
    mod: (one, other) => numberOf(one) % numberOf(other),
    max: (...values) => Math.max(...values.map(numberOf)),
    min: (...values) => Math.min(...values.map(numberOf)),
    add: (...values) => values.map(numberOf).reduce((sum, value) => sum + value, 0),
    sub: (one, other) => numberOf(one) - numberOf(other),
    mul: (...values) => values.map(numberOf).reduce((product, value) => product * value, 1),
    div: (one, other) => Math.trunc(numberOf(one) / numberOf(other)),
    lt: (one, other) => compared(one, other) < 0,
    le: (one, other) => compared(one, other) <= 0,
    gt: (one, other) => compared(one, other) > 0,
    ge: (one, other) => compared(one, other) >= 0,
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
