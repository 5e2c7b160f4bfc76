import { numberOf, printed, type TemplateFunction, type TemplateValue } from "./template_values.ts";

/** The functions of Go's templates and of Sprig that work on texts. */
export const textFunctions: Readonly<Record<string, TemplateFunction>> = {
  quote: (value) => JSON.stringify(printed(value)),
  squote: (value) => `'${printed(value)}'`,
  upper: (text) => printed(text).toUpperCase(),
  lower: (text) => printed(text).toLowerCase(),
  trim: (text) => printed(text).trim(),
  replace: (old, to, text) => printed(text).replaceAll(printed(old), () => printed(to)),
  urlquery: (text) => new URLSearchParams([["", printed(text)]]).toString().slice(1),
  b64enc: (text) => btoa(String.fromCharCode(...new TextEncoder().encode(printed(text)))),
  printf: (format, ...values) => printedBy(printed(format), values),
  contains: (part, text) => printed(text).includes(printed(part)),
  hasPrefix: (part, text) => printed(text).startsWith(printed(part)),
  hasSuffix: (part, text) => printed(text).endsWith(printed(part)),
  trimPrefix: (part, text) =>
    printed(text).startsWith(printed(part)) ? printed(text).slice(printed(part).length) : text,
  trimSuffix: (part, text) => printed(text).endsWith(printed(part)) ? before(printed(text), printed(part)) : text,
  trimAll: (letters, text) => trimmed(printed(text), new Set(printed(letters))),
  nospace: (text) => printed(text).replace(/\s/g, ""),
  repeat: (count, text) => printed(text).repeat(numberOf(count)),
  substr: (from, to, text) => printed(text).slice(numberOf(from), numberOf(to) < 0 ? undefined : numberOf(to)),
  trunc: (length, text) =>
    numberOf(length) < 0 ? printed(text).slice(numberOf(length)) : printed(text).slice(0, numberOf(length)),
  splitList: (separator, text) => printed(text).split(printed(separator)),
  b64dec: (text) => new TextDecoder().decode(Uint8Array.from(atob(printed(text)), (letter) => letter.charCodeAt(0))),
};

function before(text: string, end: string): string {
  return text.slice(0, text.length - end.length);
}

function trimmed(text: string, letters: ReadonlySet<string>): string {
  const all = [...text];
  const from = all.findIndex((letter) => !letters.has(letter));
  const to = all.findLastIndex((letter) => !letters.has(letter));
  return from === -1 ? "" : all.slice(from, to + 1).join("");
}

/** `fmt.Sprintf` with the verbs `%s %v %q %d %t %f %x %%`, a width and the flags `-` and `0`. */
function printedBy(format: string, values: readonly TemplateValue[]): string {
  const rest = [...values];
  const text = format.replace(/%(-?)(0?)(\d*)(?:\.(\d+))?(.)/gs, (all, left, zero, width, digits, verb) => {
    if (verb === "%") return "%";
    if (rest.length === 0) throw new TypeError(`${all} has no value`);
    const one = verbText(verb, rest.shift(), digits === undefined ? undefined : Number(digits));
    if (left === "-") return one.padEnd(Number(width));
    if (zero === "0" && one.startsWith("-")) return `-${one.slice(1).padStart(Number(width) - 1, "0")}`;
    return one.padStart(Number(width), zero === "0" ? "0" : " ");
  });
  if (rest.length === 0) return text;
  throw new TypeError(`${JSON.stringify(format)} has no verb for ${JSON.stringify(printed(rest[0]))}`);
}

function verbText(verb: string, value: TemplateValue, digits: number | undefined): string {
  switch (verb) {
    case "s":
    case "v":
      return printed(value);
    case "q":
      return JSON.stringify(printed(value));
    case "t":
      return String(value);
    case "d":
      return String(Math.trunc(numberOf(value)));
    case "f":
      return numberOf(value).toFixed(digits ?? 6);
    case "x":
      return Math.trunc(numberOf(value)).toString(16);
    default:
      throw new TypeError(`%${verb} is not known, expected one of %s, %v, %q, %t, %d, %f, %x and %%`);
  }
}
