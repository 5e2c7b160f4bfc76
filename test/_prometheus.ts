/** A real Prometheus server for tests: on loopback, with a configuration and a data folder of its own. */
import { freePort } from "./_port.ts";
import { findProgram } from "./_programs.ts";

const PATIENCE_MS = 30_000;
const POLL_MS = 250;

/** One vector element that a query answered. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One series, as a range selector finds it. */
export interface StoredSeries {
  readonly metric: Readonly<Record<string, string>>;
  /** Its samples: time in seconds since the epoch, and value. */
  readonly values: readonly (readonly [seconds: number, value: number])[];
}

/** A Prometheus that is scraping. */
export interface Prometheus {
  /** Evaluates an instant query. */
  query(expression: string): Promise<Sample[]>;
  /** Finds the samples that are stored, with a range selector such as `up[5m]`. */
  samples(selector: string): Promise<StoredSeries[]>;
  /** Evaluates an instant query until its answer passes. Throws the last answer after half a minute. */
  until(expression: string, passes: (samples: Sample[]) => boolean): Promise<Sample[]>;
  /** The targets that are scraped, as the API tells. */
  targets(): Promise<{ labels: Record<string, string>; health: string; lastError: string }[]>;
  /** Everything it has logged so far, at debug level. */
  log(): string;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** Starts Prometheus with a configuration, and waits until it is ready. */
export async function startPrometheus(configuration: string): Promise<Prometheus> {
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-prometheus-" });
  const file = `${folder}/prometheus.yml`;
  await Deno.writeTextFile(file, configuration);
  const address = `127.0.0.1:${freePort()}`;
  const child = new Deno.Command(findProgram("prometheus")!, {
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${address}`,
      "--log.level=debug",
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let isAlive = true;
  child.status.then(() => isAlive = false);
  let log = "";
  const logged = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) log += text;
  })();
  async function stop(): Promise<void> {
    if (isAlive) child.kill("SIGTERM");
    await Promise.all([child.status, logged]);
    await Deno.remove(folder, { recursive: true });
  }
  const base = `http://${address}`;
  async function api<T>(path: string): Promise<T> {
    const answer = await fetch(`${base}/api/v1/${path}`);
    const { status, data, error } = await answer.json();
    if (status !== "success") throw new Error(`Cannot ask Prometheus for ${path}: ${error}`);
    return data;
  }
  async function evaluate<Found>(expression: string): Promise<(Found & Pick<Sample, "metric">)[]> {
    const { result } = await api<{ result: (Found & Pick<Sample, "metric">)[] }>(
      `query?query=${encodeURIComponent(expression)}`,
    );
    return result;
  }
  async function query(expression: string): Promise<Sample[]> {
    const found = await evaluate<{ value: [number, string] }>(expression);
    return found.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  try {
    await poll(async () => {
      if (!isAlive) throw new Error(`Prometheus has ended; it logged:\n${log}`);
      const answer = await fetch(`${base}/-/ready`).catch(() => undefined);
      await answer?.body?.cancel();
      return answer?.status === 200;
    }, () => `Prometheus is not ready; it logged:\n${log}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    query,
    async samples(selector) {
      const found = await evaluate<{ values: [number, string][] }>(selector);
      return found.map(({ metric, values }) => ({
        metric,
        values: values.map(([time, text]) => [time, Number(text)]),
      }));
    },
    async until(expression, passes) {
      let samples: Sample[] = [];
      await poll(async () => passes(samples = await query(expression)), () => {
        return `${expression} is still ${JSON.stringify(samples)}; Prometheus logged:\n${log}`;
      });
      return samples;
    },
    async targets() {
      const { activeTargets } = await api<{ activeTargets: Awaited<ReturnType<Prometheus["targets"]>> }>("targets");
      return activeTargets;
    },
    log: () => log,
    stop,
  };
}

async function poll(check: () => Promise<boolean>, complaint: () => string): Promise<void> {
  const giveUp = Date.now() + PATIENCE_MS;
  while (!await check()) {
    if (Date.now() > giveUp) throw new Error(complaint());
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
