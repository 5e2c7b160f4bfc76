/** Programs started by tests, ended by their own id. */

/** What to start. */
export interface Command {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** How a program ended, and everything it wrote until then. */
export interface Ending {
  readonly code: number;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that serves, and said where. */
export interface Server extends AsyncDisposable {
  /** Address without a path or a slash at the end, such as `http://127.0.0.1:9876`. */
  readonly url: string;
  /** Settles when the program ended by itself or by `signal`. */
  readonly ended: Promise<Ending>;
  signal(name: Deno.Signal): void;
  /** Everything the program wrote on standard output so far. */
  stdout(): string;
  /** Everything the program wrote on standard error so far. */
  stderr(): string;
  /** Ends the program, with `SIGKILL` if it does not heed `SIGTERM` for ten seconds. */
  stop(): Promise<Ending>;
}

const PATIENCE_MS = 30_000;

/** Runs a program that is expected to end by itself. */
export async function runToEnd(command: Command, patienceMs = PATIENCE_MS): Promise<Ending> {
  const { ended, kill } = spawn(command);
  const timer = setTimeout(() => kill("SIGKILL"), patienceMs);
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Starts a program and waits until it says on which address it serves.
 *
 * @throws {Error} If it ends before, or says nothing for half a minute; the message carries what it wrote.
 */
export async function startServer(command: Command): Promise<Server> {
  const { ended, kill, stdout, stderr, said } = spawn(command);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error("no address after half a minute")), PATIENCE_MS);
  });
  const url = await Promise.race([
    said,
    ended.then(({ code, signal }) => new Error(`ended with ${signal ?? `status ${code}`}`)),
    tooLate,
  ]);
  clearTimeout(timer);
  if (url instanceof Error) {
    kill("SIGKILL");
    const { stdout, stderr } = await ended;
    throw new Error(
      `Cannot start ${command.path} ${command.args.join(" ")}: ${url.message}; it wrote:\n${stdout}${stderr}`,
    );
  }
  async function stop(): Promise<Ending> {
    kill("SIGTERM");
    const lastResort = setTimeout(() => kill("SIGKILL"), 10_000);
    try {
      return await ended;
    } finally {
      clearTimeout(lastResort);
    }
  }
  return {
    url,
    ended,
    stdout,
    stderr,
    signal: kill,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

interface Spawned {
  readonly ended: Promise<Ending>;
  /** The first address on a line that a listening program writes. */
  readonly said: Promise<string>;
  kill(signal: Deno.Signal): void;
  stdout(): string;
  stderr(): string;
}

function spawn({ path, args, cwd, env }: Command): Spawned {
  const child = new Deno.Command(path, {
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = { stdout: "", stderr: "" };
  let alive = true;
  const { promise: said, resolve: say } = Promise.withResolvers<string>();
  async function follow(name: "stdout" | "stderr"): Promise<void> {
    for await (const text of child[name].pipeThrough(new TextDecoderStream())) {
      output[name] += text;
      const url = /listening\b.*?(https?:\/\/[^\s"/]+)/i.exec(output[name])?.[1];
      if (url !== undefined) say(url);
    }
  }
  const ended = Promise.all([child.status, follow("stdout"), follow("stderr")]).then(([{ code, signal }]) => {
    return { code, signal, ...output };
  });
  child.status.then(() => alive = false);
  return {
    ended,
    said,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    kill(signal) {
      // Its id may belong to another process once it has ended.
      if (alive) child.kill(signal);
    },
  };
}
