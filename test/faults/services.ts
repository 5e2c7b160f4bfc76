/** Three services, as an exporter each and all in one process: what is read is the same code. */

/** The services. */
export const SERVICES = ["orders", "payments", "search"] as const;

/** What each service has: a number from its upstream, one of its own, and one that a job leaves in a file. */
export const METRICS = ["backlog", "workers", "last_backup_timestamp_seconds"] as const;

/** How a service is told where it reads. */
export interface Sources {
  /** Its upstream. */
  readonly upstream: string;
  /** The file that its backup job writes. */
  readonly file: string;
}

/** What an upstream answers: how much waits in each queue, or which bug it brings out in whoever reads it. */
interface UpstreamAnswer {
  readonly queues: Readonly<Record<string, number>>;
  readonly bug?: "throw" | "flood" | "ignore abort" | "clock";
}

const FLOOD = 5_000_000;
const DAY_MS = 86_400_000;

/** Sources of all services, as programs get them: in one variable. */
export function sourcesOf(service: string): Sources {
  return JSON.parse(Deno.env.get("SOURCES")!)[service];
}

/** Reads the backlog, with the bugs that the upstream brings out. */
export async function readBacklog(
  { upstream }: Sources,
  set: (queue: string, jobs: number) => void,
  { fetch, signal }: { fetch: typeof globalThis.fetch; signal?: AbortSignal },
): Promise<void> {
  const answer: UpstreamAnswer = await (await fetch(upstream, { signal })).json();
  if (answer.bug === "throw") throw new TypeError("undefined is not a backlog");
  if (answer.bug === "flood") { for (let i = 0; i < FLOOD; i++) set(`queue-${i}`, i); }
  // Answered when the fault is over: no signal reaches it.
  if (answer.bug === "ignore abort") await (await globalThis.fetch(`${upstream}/held`)).text();
  if (answer.bug === "clock") jump();
  for (const [queue, jobs] of Object.entries(answer.queues)) set(queue, jobs);
}

/** Reads when the last backup was made, in seconds since the epoch, from a line as the textfile format has it. */
export async function readBackup({ file }: Sources): Promise<number> {
  const text = await Deno.readTextFile(file);
  const seconds = /^last_backup_timestamp_seconds (\d+)\n$/.exec(text)?.[1];
  if (seconds === undefined) throw new SyntaxError(`Cannot read ${file}: no line with a time in "${text}"`);
  return Number(seconds);
}

let offsetMs = 0;

/** Lets the clock of the process jump, forwards and back in turn. */
function jump(): void {
  if (offsetMs === 0) {
    const now = Date.now;
    Date.now = () => now() + offsetMs;
  }
  offsetMs = offsetMs > 0 ? -DAY_MS : DAY_MS;
}
