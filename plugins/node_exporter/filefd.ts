import { defineCollector, gauge } from "@exporterkit/core";
import { fieldsOf, numbersOf } from "./_lines.ts";
import { malformed } from "./_malformed.ts";
import { type Host, ifPresent } from "./host.ts";
import type { NodeSettings } from "./settings.ts";

/** Collects how many files are open on the whole machine. */
export function filefd(host: Host) {
  return defineCollector<NodeSettings>()({
    help: "Open files.",
    metrics: {
      allocated: gauge("node_filefd_allocated", "Open file descriptors, from the first field of /proc/sys/fs/file-nr."),
      maximum: gauge(
        "node_filefd_maximum",
        "How many file descriptors may be open, from the third field of /proc/sys/fs/file-nr.",
      ),
    },
    async collect({ settings, metrics }) {
      const path = `${settings.path.procfs}/sys/fs/file-nr`;
      const text = await ifPresent(host.readText(path));
      if (text === undefined) return;
      const { allocated, maximum } = parseFileNr(text, path);
      metrics.allocated.set(allocated);
      metrics.maximum.set(maximum);
    },
  });
}

/**
 * Reads /proc/sys/fs/file-nr.
 *
 * @throws {SyntaxError} If it is not three numbers.
 */
export function parseFileNr(text: string, path = "/proc/sys/fs/file-nr"): { allocated: number; maximum: number } {
  const numbers = numbersOf(fieldsOf(text));
  if (numbers?.length !== 3) throw malformed(path, { line: 1, text: text.trimEnd(), expected: "three numbers" });
  return { allocated: numbers[0]!, maximum: numbers[2]! };
}
