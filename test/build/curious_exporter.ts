/** An exporter that asks for more than it declares. */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { defineExporter, serve } from "@exporterkit/core";

const exporter = defineExporter({
  name: "curious",
  version: "1.0.0",
  port: 9876,
  permissions: { read: ["/etc/passwd"], env: ["CURIOUS_DECLARED"] },
  collectors: {
    declared_file: { help: "Reads what it may.", collect: () => read("/etc/passwd") },
    other_file: { help: "Reads what it may not.", collect: () => read("/etc/group") },
    declared_variable: { help: "Reads what it may.", collect: () => void process.env.CURIOUS_DECLARED },
    other_variable: { help: "Reads what it may not.", collect: () => void process.env.CURIOUS_OTHER },
    other_host: {
      help: "Asks whom it may not.",
      async collect({ fetch, signal, log }) {
        const refused = await fetch("http://127.0.0.1:2/", { signal }).catch((error) => String(error));
        // Nobody listens there, so that being allowed fails too.
        log.warn("Asked", { refused: String(refused) });
        throw new Error(String(refused));
      },
    },
    program: {
      help: "Starts what it may not.",
      async collect() {
        const { execFileSync } = await import("node:child_process");
        execFileSync("/bin/true");
      },
    },
  },
});

async function read(path: string): Promise<void> {
  await readFile(path, "utf8");
}

export default serve(exporter, import.meta);
