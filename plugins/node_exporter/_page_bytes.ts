import { type Host, ifReadable } from "./host.ts";

const known = new WeakMap<Host, Promise<number>>();

/** The size of a memory page of this kernel, which no file states. */
export function pageBytes(host: Host, procfs: string): Promise<number> {
  let bytes = known.get(host);
  if (bytes === undefined) known.set(host, bytes = read(host, procfs));
  return bytes;
}

async function read(host: Host, procfs: string): Promise<number> {
  for (const process of ["self", "1"]) {
    const [statm, status] = await Promise.all(
      ["statm", "status"].map((file) => ifReadable(host.readText(`${procfs}/${process}/${file}`))),
    );
    const bytes = parsePageBytes(statm ?? "", status ?? "");
    if (bytes !== undefined) return bytes;
  }
  return 4096;
}

/** The same size of a process, in pages (`statm`) and in kB (`VmSize` of `status`), tells how large a page is. */
export function parsePageBytes(statm: string, status: string): number | undefined {
  const pages = Number(/^\d+/.exec(statm)?.[0]);
  const kilobytes = Number(/^VmSize:\s+(\d+) kB$/m.exec(status)?.[1]);
  // The process may have grown between the two reads.
  const exponent = Math.round(Math.log2(kilobytes * 1024 / pages));
  return exponent >= 12 && exponent <= 18 ? 2 ** exponent : undefined;
}
