/**
 * What can be asked of the runtime without importing anything of it, so that this room loads where there is no Node
 * and no file system. This is the one file of the room that looks for a global of a platform.
 */

/** What may be asked of the running process. Any of it may be missing, and any of it may throw. */
export interface RunningProcess {
  readonly version?: string;
  uptime?(): number;
  cpuUsage?(): { readonly user: number; readonly system: number };
  readonly memoryUsage?: MemoryUsageReader;
  getActiveResourcesInfo?(): string[];
  _getActiveHandles?(): unknown[];
  _getActiveRequests?(): unknown[];
}

/** `process.memoryUsage`; its `rss()` spares the statistics of the heap. */
export interface MemoryUsageReader {
  (): { readonly rss: number; readonly heapTotal: number; readonly heapUsed: number; readonly external?: number };
  rss?(): number;
}

/**
 * The process that this code runs in.
 *
 * @returns `undefined` where code is not run by a process: an isolate that only imitates one, as Workers do with
 * `nodejs_compat`, has been up for exactly 0 seconds and answers 0 to most other questions too.
 */
export function runningProcess(): RunningProcess | undefined {
  const running: RunningProcess | undefined = globalThis.process;
  const upSeconds = attempt(() => running?.uptime?.());
  return upSeconds === undefined || upSeconds === 0 ? undefined : running;
}

/**
 * Looks up a module that the runtime carries, such as `node:fs`.
 *
 * @returns `undefined` if the runtime does not have it, or cannot be asked: Node can since 20.16 and 22.3.
 */
export function builtin<Module>(name: `node:${string}`): Module | undefined {
  // Some runtimes answer null or throw for what they lack.
  return attempt(() => globalThis.process?.getBuiltinModule?.(name) as Module | null | undefined) ?? undefined;
}

/** Reads a file of text, or `undefined` where that fails or would have to be allowed first. */
export function readText(path: string): string | undefined {
  return mayRead(path) ? attempt(() => builtin<FileSystem>("node:fs")?.readFileSync(path, "utf8")) : undefined;
}

/** Reads the names in a folder, or `undefined` where that fails or would have to be allowed first. */
export function readNames(path: string): string[] | undefined {
  return mayRead(path) ? attempt(() => builtin<FileSystem>("node:fs")?.readdirSync(path)) : undefined;
}

/** What `read` gives, or `undefined` if it throws. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

interface FileSystem {
  readFileSync(path: string, encoding: "utf8"): string;
  readdirSync(path: string): string[];
}

/** On a terminal Deno would stop and ask its user for what it was not allowed. */
function mayRead(path: string): boolean {
  const permissions = globalThis.Deno?.permissions;
  return permissions === undefined || permissions.querySync({ name: "read", path }).state === "granted";
}
