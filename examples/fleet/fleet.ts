/** Services come and go, and a Prometheus that nobody configures again scrapes those that are there: see README.md. */
import { fileURLToPath } from "node:url";

const PROMETHEUS = "127.0.0.1:9790";
const PORTS = { orders: 9877, payments: 9878 };
const EXPORTER = fileURLToPath(new URL("exporter.ts", import.meta.url));

const folder = await Deno.makeTempDir({ prefix: "fleet-" });
const targets = `${folder}/targets`;
await Deno.mkdir(targets);
await Deno.writeTextFile(
  `${folder}/prometheus.yml`,
  `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - job_name: fleet
    file_sd_configs: [{ files: ["${targets}/*.json"] }]
`,
);

const processes: Deno.ChildProcess[] = [];
try {
  tell(`Prometheus starts on http://${PROMETHEUS}, with no target but whatever is announced in ${targets}`);
  start("prometheus", [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=${PROMETHEUS}`,
  ]);
  await until("up", "");

  tell("The services orders and payments start, each with its exporter");
  const orders = startService("orders");
  const payments = startService("payments");
  await until("up", "orders 1, payments 1");
  await until("fleet_orders_total > bool 0", "orders 1, payments 1");

  tell("payments is stopped: its target goes, and no alert fires");
  payments.kill("SIGTERM");
  await until("up", "orders 1");

  tell("orders is killed: its target stays, and up == 0 can fire");
  orders.kill("SIGKILL");
  await until("up", "orders 0");

  tell("orders starts again, in its place");
  startService("orders");
  await until("up", "orders 1");
} finally {
  for (const process of processes) end(process);
  await Promise.all(processes.map(({ status }) => status));
  await Deno.remove(folder, { recursive: true });
}

function startService(job: keyof typeof PORTS): Deno.ChildProcess {
  return start(Deno.execPath(), [
    "run",
    "-A",
    EXPORTER,
    `--web.listen-address=127.0.0.1:${PORTS[job]}`,
    `--discovery.file=${targets}`,
    `--discovery.label=job=${job}`,
  ]);
}

function start(program: string, args: string[]): Deno.ChildProcess {
  const process = new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  processes.push(process);
  return process;
}

function end(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGTERM");
  } catch {
    // It has ended already.
  }
}

/** Asks Prometheus until it answers as expected, and shows the answer. */
async function until(query: string, expected: string): Promise<void> {
  let answer: string | undefined;
  for (let tries = 0; answer !== expected; tries++) {
    if (tries === 120) throw new Error(`${query} is ${answer} after a minute, expected ${expected}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    answer = await ask(query).catch(() => undefined);
  }
  tell(`  ${query}: ${answer === "" ? "nothing" : answer}`);
}

interface Answer {
  readonly data: { readonly result: { metric: { job: string }; value: [time: number, value: string] }[] };
}

async function ask(query: string): Promise<string> {
  const answer = await fetch(`http://${PROMETHEUS}/api/v1/query?query=${encodeURIComponent(query)}`);
  const { data }: Answer = await answer.json();
  return data.result.map(({ metric, value }) => `${metric.job} ${value[1]}`).sort().join(", ");
}

function tell(line: string): void {
  console.log(line);
}
