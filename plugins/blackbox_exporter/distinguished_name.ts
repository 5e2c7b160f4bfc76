/** Names in certificates, read from DER: runtimes print them differently. */

/** What certificates say about who they are for and who signed them, as RFC 2253 has it. */
export interface CertificateNames {
  readonly subject: string;
  readonly issuer: string;
}

/** A value of DER. */
interface Value {
  readonly tag: number;
  /** Its bytes, without tag and length. */
  readonly content: Uint8Array;
}

/** Attributes that Go knows by name; it prints what is last here first. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  "2.5.4.6": "C",
  "2.5.4.8": "ST",
  "2.5.4.7": "L",
  "2.5.4.9": "STREET",
  "2.5.4.17": "POSTALCODE",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.3": "CN",
  "2.5.4.5": "SERIALNUMBER",
};
/** Of these it knows one only, the last. */
const SINGLE: ReadonlySet<string> = new Set(["2.5.4.3", "2.5.4.5"]);
const KNOWN = Object.keys(ATTRIBUTES);
const EXPLICIT_VERSION = 0xa0;
const UTF8_STRING = 0x0c;
const PRINTABLE_STRING = 0x13;
const BMP_STRING = 0x1e;

/**
 * Reads both names of an X.509 certificate, as Go's `pkix.Name` prints them.
 *
 * @param der The certificate. RFC 5280, 4.1.
 */
export function certificateNames(der: Uint8Array): CertificateNames {
  const [signed] = valuesIn(valuesIn(der)[0]!.content);
  const fields = valuesIn(signed!.content).filter(({ tag }) => tag !== EXPLICIT_VERSION);
  // Serial number, signature algorithm, issuer, validity, subject.
  return { issuer: nameOf(fields[2]!), subject: nameOf(fields[4]!) };
}

function nameOf({ content }: Value): string {
  const attributes = valuesIn(content).flatMap((set) =>
    valuesIn(set.content).map((attribute) => {
      const [type, value] = valuesIn(attribute.content);
      return { type: oidOf(type!.content), value: value! };
    })
  );
  const others = attributes.filter(({ type }) => !KNOWN.includes(type))
    .map(({ type, value }) => `${type}=#${hexOf(textValue(textOf(value)))}`);
  const known = KNOWN.map((wanted) =>
    attributes.filter(({ type }) => type === wanted)
      .slice(SINGLE.has(wanted) ? -1 : 0)
      .map(({ value }) => `${ATTRIBUTES[wanted]}=${escaped(textOf(value))}`).join("+")
  );
  return [...others, ...known].filter((part) => part !== "").reverse().join(",");
}

function valuesIn(bytes: Uint8Array): Value[] {
  const values: Value[] = [];
  for (let at = 0; at < bytes.length;) {
    let length = bytes[at + 1]!;
    let from = at + 2;
    if (length >= 0x80) {
      const end = from + (length & 0x7f);
      for (length = 0; from < end; from++) length = length * 256 + bytes[from]!;
    }
    const end = from + length;
    values.push({ tag: bytes[at]!, content: bytes.subarray(from, end) });
    at = end;
  }
  return values;
}

function oidOf(bytes: Uint8Array): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of bytes) {
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...rest].join(".");
}

function textOf({ tag, content }: Value): string {
  return new TextDecoder(tag === BMP_STRING ? "utf-16be" : "utf-8").decode(content);
}

/** Go reads every text, and writes it as one of two kinds, whatever kind it was. */
function textValue(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const { length: size } = bytes;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  const tag = /^[\w '()+,\-./:=?]*$/.test(text) && !text.includes("_") ? PRINTABLE_STRING : UTF8_STRING;
  return new Uint8Array([tag, ...length, ...bytes]);
}

/** RFC 2253, 2.4. */
function escaped(text: string): string {
  return text.replace(/[,+"\\<>;]|^[ #]| $/g, "\\$&");
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
