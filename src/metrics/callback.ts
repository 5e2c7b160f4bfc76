import { type Clock, SYSTEM_CLOCK } from "./clock.ts";

/**
 * How a run ended: `ok`; `error`, it threw; `timeout`, its deadline passed; `busy`, there was none, since an earlier run
 * ignored its abort and has still not ended.
 */
export type RunOutcome = "ok" | "error" | "timeout" | "busy";

/** What a run was for one who waited for it. */
export interface RunReport {
  /** How it ended. */
  readonly outcome: RunOutcome;
  /** How long this one waited for it. */
  readonly seconds: number;
  /** What went wrong. */
  readonly error?: unknown;
}

/** A report with what the run returned. */
export interface RunResult<Value> extends RunReport {
  /** What it returned, if it ended `ok`. */
  readonly value?: Value;
}

/** How long one who wants a run waits for it. */
export interface WaitOptions {
  /** Milliseconds until the answer is needed; `Infinity` waits as long as it takes. */
  readonly timeoutMs: number;
  /**
   * Whether it may be a run that is under way for somebody else. Where requests may not wait for each other, as on
   * Workers, it must not. @default true
   */
  readonly shared?: boolean;
}

/** What all runs of a callback have in common. */
export interface CallbackOptions {
  /** How long a run may take at most, in milliseconds. @default as long as somebody waits for it */
  readonly timeoutMs?: number;
  /** Time. @default the runtime's clock */
  readonly clock?: Clock;
  /** Told how each run ended, once, before those who wait for it; and of each one that was `busy`. */
  readonly ended?: (end: RunEnd) => void;
}

/** The end of a run, whoever waits for it. */
export type RunEnd = Omit<RunReport, "seconds">;

/** Runs one function: never twice at the same time, however many want it. */
export class Callback<Value = void, Options extends WaitOptions = WaitOptions> {
  readonly #name: string;
  readonly #call: (signal: AbortSignal, options: Options) => Value | PromiseLike<Value>;
  readonly #timeoutMs: number;
  readonly #clock: Clock;
  readonly #ended: (end: RunEnd) => void;
  /** The shared run whose function has not returned, be it over or not. */
  #run: Run<Value> | undefined;
  /** A run that nobody joins any more. */
  #outdated: Run<Value> | undefined;

  /**
   * @param name The callback as errors name it, such as `collector "disk"`.
   * @param call What is run: gets the signal that aborts the run, and the options of the one who started it.
   */
  constructor(
    name: string,
    call: (signal: AbortSignal, options: Options) => Value | PromiseLike<Value>,
    options: CallbackOptions = {},
  ) {
    this.#name = name;
    this.#call = call;
    this.#timeoutMs = options.timeoutMs ?? Infinity;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#ended = options.ended ?? (() => {});
  }

  /**
   * Joins the run that is under way, or else calls the function before it returns, and waits for the end or for
   * `timeoutMs`. The last one who gives up aborts the run. Never rejects.
   *
   * A function that returns no promise leaves no timer, and is `ok` however long it took.
   */
  async run(options: Options): Promise<RunResult<Value>> {
    const startMs = this.#clock.elapsedMs();
    const end = await this.#end(options, startMs + options.timeoutMs);
    return { ...end, seconds: (this.#clock.elapsedMs() - startMs) / 1000 };
  }

  /** From now on nobody joins the run that is under way: who would have, waits for its end and then starts another. */
  outdate(): void {
    this.#outdated = this.#run;
  }

  /** Ends the shared run that is under way as `timeout`, for all who wait for it. */
  abort(reason: Error): void {
    this.#run?.finish({ outcome: "timeout", error: reason });
  }

  async #end(options: Options, deadlineMs: number): Promise<End<Value>> {
    const known = options.shared === false ? undefined : this.#run;
    if (known?.end !== undefined) return this.#refuse();
    const isOutdated = known !== undefined && known === this.#outdated;
    const run = known ?? this.#start(options);
    const end = run.end ?? await run.wait(deadlineMs - this.#clock.elapsedMs());
    // What ends later than its deadline is still there.
    return isOutdated && run !== this.#run ? await this.#end(options, deadlineMs) : end;
  }

  #refuse(): RunEnd {
    const end: RunEnd = {
      outcome: "busy",
      error: new Error("an earlier run was aborted and has still not ended"),
    };
    this.#ended(end);
    return end;
  }

  #start(options: Options): Run<Value> {
    const run = new Run<Value>(this.#name, this.#clock, this.#ended);
    if (options.shared !== false) this.#run = run;
    const returned = (end: End<Value>) => {
      if (this.#run === run) this.#run = undefined;
      run.finish(end);
    };
    try {
      const result = this.#call(run.signal, options);
      if (isPromise(result)) {
        run.limit(this.#timeoutMs);
        Promise.resolve(result).then((value) => returned(success(value)), (error) => returned(failure(error)));
      } else {
        returned(success(result));
      }
    } catch (error) {
      returned(failure(error));
    }
    return run;
  }
}

/** Anything that {@link Callback.run} and {@link runAll} can wait for. */
export interface Runnable<Options extends WaitOptions, Report> {
  /** Starts or joins a run, and waits for it. */
  run(options: Options): Promise<Report>;
}

/**
 * Runs many at once, within one deadline.
 *
 * @returns Their reports, in the same order. The first `atOnce` were called, one after the other, before it returns.
 */
export async function runAll<Options extends WaitOptions, Report>(
  runnables: readonly Runnable<Options, Report>[],
  options: Options,
  { atOnce = Infinity, clock = SYSTEM_CLOCK }: {
    /** How many may run at the same time. @default all */
    readonly atOnce?: number;
    /** Time. @default the runtime's clock */
    readonly clock?: Clock;
  } = {},
): Promise<Report[]> {
  const deadlineMs = clock.elapsedMs() + options.timeoutMs;
  const reports = new Array<Report>(runnables.length);
  let next = 0;
  async function runOneByOne(): Promise<void> {
    while (next < runnables.length) {
      const position = next++;
      const timeoutMs = deadlineMs - clock.elapsedMs();
      reports[position] = await runnables[position]!.run({ ...options, timeoutMs });
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, runnables.length) }, runOneByOne));
  return reports;
}

type End<Value> = Omit<RunResult<Value>, "seconds">;

/** One call of the function, which has one end, and all who wait for that. */
class Run<Value> {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #ended: (end: RunEnd) => void;
  readonly #controller = new AbortController();
  readonly #over: Promise<End<Value>>;
  #resolve!: (end: End<Value>) => void;
  #end: End<Value> | undefined;
  #waiting = 0;

  constructor(name: string, clock: Clock, ended: (end: RunEnd) => void) {
    this.#name = name;
    this.#clock = clock;
    this.#ended = ended;
    this.#over = new Promise((resolve) => this.#resolve = resolve);
  }

  /** Aborted when the run ends as anything but `ok`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** How it ended; `undefined` while it goes on. */
  get end(): End<Value> | undefined {
    return this.#end;
  }

  /** Gives the run its end, once. */
  finish(end: End<Value>): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    if (end.outcome !== "ok") this.#controller.abort(end.error);
    this.#ended(end);
    this.#resolve(end);
  }

  /** Ends it when it has taken so long, whoever still waits. */
  limit(timeoutMs: number): void {
    if (timeoutMs === Infinity) return;
    this.#over.then(this.#clock.after(timeoutMs, () => this.#timeOut(`its timeout of ${timeoutMs / 1000} s`)));
  }

  /** Waits for its end; the last one who gives up aborts it. */
  wait(timeoutMs: number): Promise<End<Value>> {
    this.#waiting++;
    return new Promise((resolve) => {
      const cancel = this.#clock.after(Math.max(0, timeoutMs), () => {
        const when = "the scrape's deadline";
        this.#waiting--;
        if (this.#waiting === 0) this.#timeOut(when);
        else resolve({ outcome: "timeout", error: new Error(`it had not ended at ${when}`) });
      });
      this.#over.then((end) => {
        cancel();
        resolve(end);
      });
    });
  }

  #timeOut(when: string): void {
    const error = new DOMException(`The run of ${this.#name} had not ended at ${when}`, "TimeoutError");
    this.finish({ outcome: "timeout", error });
  }
}

function success<Value>(value: Value): End<Value> {
  return value === undefined ? { outcome: "ok" } : { outcome: "ok", value };
}

function failure(error: unknown): End<never> {
  return { outcome: "error", error };
}

function isPromise<Value>(result: Value | PromiseLike<Value>): result is PromiseLike<Value> {
  return typeof (result as PromiseLike<Value> | undefined)?.then === "function";
}
