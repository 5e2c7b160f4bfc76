/** A real Pushgateway for tests: on loopback, and its metrics in memory only. */
import { freePort } from "./_port.ts";
import { findProgram, type Needs, needsProgram } from "./_programs.ts";

/** Name of the program in Debian's package. */
const PROGRAM = "prometheus-pushgateway";
const PATIENCE_MS = 30_000;
const POLL_MS = 50;

/** One metric as the gateway's API tells it. */
export interface GatewayMetric {
  readonly labels: Readonly<Record<string, string>>;
  readonly value?: string;
  readonly [part: string]: unknown;
}

/** The metrics of one name in a group. */
export interface GatewayFamily {
  readonly type: string;
  readonly help: string;
  readonly metrics: readonly GatewayMetric[];
}

/** A group as the gateway's API tells it, without what the gateway adds about pushes. */
export interface GatewayGroup {
  readonly labels: Readonly<Record<string, string>>;
  readonly families: Readonly<Record<string, GatewayFamily>>;
}

/** A Pushgateway that answers. */
export interface Pushgateway {
  /** Address without a path. */
  readonly url: string;
  /** All groups, in no order. */
  groups(): Promise<GatewayGroup[]>;
  /** Its exposition, as Prometheus would get it. */
  metrics(): Promise<string>;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Says whether tests that push can run. */
export function needsPushgateway(): Needs {
  return needsProgram(PROGRAM, `apt-get install -y ${PROGRAM}`);
}

/** Starts a Pushgateway, and waits until it is ready. */
export async function startPushgateway(): Promise<Pushgateway> {
  const address = `127.0.0.1:${freePort()}`;
  const url = `http://${address}`;
  const child = new Deno.Command(findProgram(PROGRAM)!, {
    args: [`--web.listen-address=${address}`, "--persistence.file="],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let ended = false;
  child.status.then(() => ended = true);
  async function stop(): Promise<void> {
    if (!ended) child.kill("SIGTERM");
    await child.status;
  }
  const giveUp = Date.now() + PATIENCE_MS;
  while (!ended && Date.now() < giveUp) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 200) return { url, groups: () => groupsOf(url), metrics: () => metricsOf(url), stop };
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  await stop();
  throw new Error(`Cannot start ${PROGRAM}: nothing answers at ${address}`);
}

const ABOUT_PUSHES = /^(?:last_push_successful|push_(?:failure_)?time_seconds)$/;

async function groupsOf(url: string): Promise<GatewayGroup[]> {
  const answer = await fetch(`${url}/api/v1/metrics`);
  const { status, data }: { status: string; data?: Record<string, unknown>[] } = await answer.json();
  if (status !== "success") throw new Error(`Cannot ask the Pushgateway for its groups: ${status}`);
  return (data ?? []).map(({ labels, ...families }) => ({
    labels: labels as GatewayGroup["labels"],
    families: Object.fromEntries(
      Object.entries(families as GatewayGroup["families"]).filter(([name]) => !ABOUT_PUSHES.test(name)),
    ),
  }));
}

async function metricsOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/metrics`);
  return await answer.text();
}
