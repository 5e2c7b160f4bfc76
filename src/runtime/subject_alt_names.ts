/** One value of DER: its tag and where its content is. */
interface Value {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The extension `id-ce-subjectAltName`, 2.5.29.17. */
const SUBJECT_ALT_NAME = "55 1d 11";

/** Tags of `GeneralName`, RFC 5280 4.2.1.6, that hold text. */
const TEXT_TAGS: readonly number[] = [0x81, 0x82, 0x86];
const IP_TAG = 0x87;
const EXTENSIONS_TAG = 0xa3;
const OCTET_STRING_TAG = 0x04;

/**
 * Reads the subject alternative names of a certificate: DNS names, e-mail addresses, IP addresses as Go writes them, URIs.
 *
 * From the certificate itself, since `subjectaltname` of `node:tls` is one text for all of them, in which Deno does not
 * escape commas: a URI could claim any other name there.
 *
 * @param certificate The certificate as DER, as `getPeerCertificate().raw` has it.
 */
export function subjectAltNames(certificate: Uint8Array): string[] {
  const [whole] = valuesIn(certificate);
  const [signed] = valuesIn(whole?.content);
  const extensions = valuesIn(signed?.content).find(({ tag }) => tag === EXTENSIONS_TAG);
  const [list] = valuesIn(extensions?.content);
  return valuesIn(list?.content).map(({ content }) => valuesIn(content))
    .filter(([id]) => hexOf(id?.content) === SUBJECT_ALT_NAME)
    .flatMap((parts) => namesIn(parts.find(({ tag }) => tag === OCTET_STRING_TAG)));
}

function namesIn(extension: Value | undefined): string[] {
  const [names] = valuesIn(extension?.content);
  return valuesIn(names?.content).flatMap(({ tag, content }) => {
    if (TEXT_TAGS.includes(tag)) return [String.fromCharCode(...content)];
    return tag === IP_TAG ? [ipText(content)] : [];
  });
}

function ipText(bytes: Uint8Array): string {
  if (bytes.length !== 16) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8 | bytes[2 * i + 1]!).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

/** The values that stand one after the other; none from where it is not DER on. */
function valuesIn(bytes: Uint8Array = new Uint8Array()): Value[] {
  const values: Value[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const tag = bytes[at]!;
    const short = bytes[at + 1]!;
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    if (lengthBytes > 3 || short === 0x80) break;
    let length = lengthBytes === 0 ? short : 0;
    for (let i = 0; i < lengthBytes; i++) length = length << 8 | bytes[at + 2 + i]!;
    const start = at + 2 + lengthBytes;
    at = start + length;
    if (at > bytes.length) break;
    values.push({ tag, content: bytes.subarray(start, at) });
  }
  return values;
}

function hexOf(bytes: Uint8Array = new Uint8Array()): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
