/** Certificates made by the openssl program, each signed by one of two authorities. */
import { needsProgram } from "./_programs.ts";

/** What tests with TLS need. */
export const needsOpenssl = () => needsProgram(["openssl", "curl"], "apt-get install -y openssl curl");

/** How a certificate is made. */
export interface CertificateOptions {
  /** Whose key signs it: an authority of the same folder. @default its own */
  readonly by?: string;
  /** Subject alternative names as openssl writes them. @default "DNS:localhost,IP:127.0.0.1" */
  readonly names?: string;
  /** Extensions beside the names, as openssl writes them. */
  readonly extensions?: readonly string[];
  /** When it ends. @default in a month */
  readonly days?: number;
  /** Kind of key, as `-newkey` takes it. @default "rsa:2048" */
  readonly key?: string;
}

/** Writes `<name>.crt` and `<name>.key` of a new authority. */
export async function makeAuthority(folder: string, name: string): Promise<void> {
  await makeCertificate(folder, name, {
    extensions: ["basicConstraints=critical,CA:TRUE"],
    names: `DNS:${name}.example`,
  });
}

/** Writes `<name>.crt` and `<name>.key`. */
export async function makeCertificate(folder: string, name: string, options: CertificateOptions = {}): Promise<void> {
  const { by, names = "DNS:localhost,IP:127.0.0.1", extensions = [], days = 30, key = "rsa:2048" } = options;
  const all = [`subjectAltName=${names}`, ...extensions];
  const path = (file: string) => `${folder}/${file}`;
  const request = [
    "req",
    "-nodes",
    "-newkey",
    ...key.split(" "),
    "-keyout",
    path(`${name}.key`),
    "-subj",
    `/CN=${name}`,
  ];
  if (by === undefined) {
    const added = all.flatMap((extension) => ["-addext", extension]);
    await openssl([...request, "-x509", "-days", String(days), "-out", path(`${name}.crt`), ...added]);
    return;
  }
  await openssl([...request, "-out", path(`${name}.csr`)]);
  await Deno.writeTextFile(path(`${name}.ext`), all.join("\n"));
  // Not from a file, since several are made at once.
  const serial = String(crypto.getRandomValues(new Uint32Array(1))[0]);
  await openssl([
    ...["x509", "-req", "-in", path(`${name}.csr`), "-out", path(`${name}.crt`), "-days", String(days)],
    ...["-CA", path(`${by}.crt`), "-CAkey", path(`${by}.key`), "-set_serial", serial, "-extfile", path(`${name}.ext`)],
  ]);
}

async function openssl(args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args: [...args], stdin: "null" }).output();
  if (!success) throw new Error(`Cannot make a certificate: openssl ${args[0]}: ${new TextDecoder().decode(stderr)}`);
}
