/** Programs that listen but cannot say where, such as the servers that exporters ask, and the exporters that ours replace. */
import { connect } from "node:net";
import type { Command } from "../_process.ts";

/** A program that listens. */
export interface Upstream extends AsyncDisposable {
  /** How it ended, once it has. */
  readonly ended: Promise<Deno.CommandStatus>;
  signal(name: Deno.Signal): void;
  /** Stops it as it stands: it answers nothing more, and nothing of it is closed. Resolves when all its threads have. */
  hang(): Promise<void>;
  /** Ends {@link hang}. */
  goOn(): void;
  /** What it wrote so far, on both outputs. */
  output(): string;
  /** Ends it, also one that is stopped by a signal. */
  stop(): Promise<void>;
}

const PATIENCE_MS = 30_000;

/**
 * Starts a program and waits until something listens where it should.
 *
 * @param where A port of 127.0.0.1, or the path of a Unix socket.
 * @throws {Error} If it ends before, or does not listen within half a minute.
 */
export async function startUpstream({ path, args, cwd, env }: Command, where: number | string): Promise<Upstream> {
  const child = new Deno.Command(path, {
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  let isAlive = true;
  const follow = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  };
  const ended = Promise.all([child.status, follow(child.stdout), follow(child.stderr)]).then(([status]) => status);
  child.status.then(() => isAlive = false);
  // Its id may belong to another process once it has ended.
  const signal = (name: Deno.Signal) => isAlive && child.kill(name);
  async function stop(): Promise<void> {
    signal("SIGTERM");
    signal("SIGCONT");
    const lastResort = setTimeout(() => signal("SIGKILL"), 10_000);
    await ended;
    clearTimeout(lastResort);
  }
  async function hang(): Promise<void> {
    signal("SIGSTOP");
    while (isAlive && !await isStopped(child.pid)) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const giveUp = Date.now() + PATIENCE_MS;
  while (isAlive && !await listens(where)) {
    if (Date.now() > giveUp) await stop();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  if (!isAlive) {
    await ended;
    throw new Error(`Cannot start ${path} ${args.join(" ")}: it does not listen at ${where}; it wrote:\n${output}`);
  }
  return {
    ended,
    signal,
    hang,
    goOn: () => void signal("SIGCONT"),
    output: () => output,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function listens(where: number | string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = typeof where === "number" ? connect(where, "127.0.0.1") : connect(where);
    socket.on("error", () => resolve(false));
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** A signal reaches the threads of a busy machine one after the other. */
async function isStopped(pid: number): Promise<boolean> {
  for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
    const stat = await Deno.readTextFile(`/proc/${pid}/task/${name}/stat`);
    if (!/\) T /.test(stat)) return false;
  }
  return true;
}
