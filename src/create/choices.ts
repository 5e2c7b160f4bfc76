/** What an exporter can begin as, by the name that flags know it by, with what it does. */
export const TEMPLATES = {
  http: "asks a JSON API in each scrape",
  probe: "probes many targets that Prometheus names, such as services of others",
  scheduled: "asks in the background, on Workers by a cron trigger; scrapes never wait",
  blank: "whatever else: a driver, a device, a file",
} as const;

/** Where it can run, by the name that flags know it by. */
export const RUNTIMES = {
  deno: "Deno",
  node: "Node",
  bun: "Bun",
  workers: "Cloudflare Workers",
} as const;

/** The name of a template. */
export type TemplateName = keyof typeof TEMPLATES;

/** The name of a runtime. */
export type RuntimeName = keyof typeof RUNTIMES;

/** Everything that there is to choose about a new project. */
export interface Choices {
  /** Where it goes. */
  readonly folder: string;
  /** The name of the exporter. */
  readonly name: string;
  readonly template: TemplateName;
  readonly runtime: RuntimeName;
  readonly port: number;
  /** The version of the framework, or the path of a tarball of it. @default the one of this program */
  readonly core?: string;
}

/** A port of no well-known service, which Prometheus' list of default ports leaves to whoever comes. */
export const DEFAULT_PORT = 9876;

/** What is wrong with the name of an exporter; `undefined` if nothing is. */
export function problemOfName(name: string): string | undefined {
  if (/^[a-z][a-z0-9_]*$/.test(name)) return undefined;
  return `${JSON.stringify(name)} cannot begin the names of metrics: small letters, digits and _, a letter first`;
}

/** Whether what is to be the framework is a file, and not versions of it. */
export function isTarball(core: string): boolean {
  return /\.(?:tgz|tar\.gz)$/.test(core);
}

/** The name that fits a folder: `my-queue-exporter` is for the exporter `my_queue`. */
export function nameFor(folder: string): string {
  const last = folder.replace(/[\\/]+$/, "").split(/[\\/]/).at(-1) ?? "";
  return last.toLowerCase().replace(/[_-]exporter$/, "").replace(/[^a-z0-9]+/g, "_").replace(/^[\d_]+|_+$/g, "");
}
