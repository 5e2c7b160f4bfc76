import { readFileSync } from "node:fs";
import type { FakeFile } from "./_testing.ts";

/** The files and links of a machine in `testdata/`, where they are on a real one. */
export function hardware(machine = "hardware.txt"): Record<string, FakeFile> {
  const files: Record<string, FakeFile> = {};
  const archive = readFileSync(new URL(`testdata/${machine}`, import.meta.url), "utf8");
  for (const entry of archive.split(/^== /m).slice(1)) {
    const [head, ...lines] = entry.split("\n");
    const [name, link] = head!.split(" -> ");
    const path = `/${name!.replace(/^udev\//, "run/udev/data/")}`;
    files[path] = link === undefined ? lines.join("\n") : { link };
  }
  return files;
}
