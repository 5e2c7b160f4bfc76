import type { Platform } from "./platform.ts";

/** Exporterkit on Cloudflare Workers: nothing listens there, the platform calls `fetch`. */
export const platform: Platform = {
  name: "workers",
  version: "",
  stateless: true,
  isProgram: () => false,
  args: () => [],
  listen: () => Promise.reject(new Error("Cannot listen on Workers: export default serve(exporter, import.meta)")),
  onStop() {},
  exit() {},
  print: (line) => console.log(line),
  printError: (line) => console.error(line),
  processStats: () => ({}),
  pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
};
