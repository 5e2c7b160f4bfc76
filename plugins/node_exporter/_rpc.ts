import { fieldsOf, linesOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";

/** What the numbers of an NFS protocol's line count, in their order. */
export type Methods = readonly string[];

/** Procedures of NFS version 2. */
export const V2_METHODS: Methods = words(`Null GetAttr SetAttr Root Lookup ReadLink Read WrCache Write Create Remove
  Rename Link SymLink MkDir RmDir ReadDir FsStat`);

/** Procedures of NFS version 3. */
export const V3_METHODS: Methods = words(`Null GetAttr SetAttr Lookup Access ReadLink Read Write Create MkDir SymLink
  MkNod Remove RmDir Rename Link ReadDir ReadDirPlus FsStat FsInfo PathConf Commit`);

/** Reads `/proc/net/rpc/nfs` or `nfsd`: per line a name and numbers, which for protocols begin with how many follow. */
export function parseRpc(text: string, path: string): Map<string, number[]> {
  const lines = new Map<string, number[]>();
  linesOf(text).forEach((line, i) => {
    const [name, ...fields] = fieldsOf(line);
    const values = numbersOf(fields);
    if (values === undefined) throw malformed(path, { line: i + 1, text: line, expected: "a name and numbers" });
    const least = LEAST[name!];
    const missing = name!.startsWith("proc") ? values.length !== values[0]! + 1 : values.length < (least ?? 0);
    if (missing) throw malformed(path, { line: i + 1, text: line, expected: `${least ?? fields[0]} numbers` });
    lines.set(name!, name!.startsWith("proc") ? values.slice(1) : values);
  });
  return lines;
}

/** How many numbers other lines have at least. */
const LEAST: Readonly<Record<string, number>> = { fh: 1, io: 2, net: 4, ra: 12, rc: 3, rpc: 3, th: 1 };

/** The words of a text. */
export function words(text: string): string[] {
  return text.split(/\s+/);
}
