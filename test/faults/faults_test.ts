/**
 * What is left of three services when something goes wrong with one of them: as an exporter each, and merged into one process
 * with one handler and prom-client. A real Prometheus tells.
 */
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { needsProgram } from "../_programs.ts";
import { ALL, MERGED, startWorld, type World, writeBackup } from "./_world.ts";

interface Fault {
  readonly name: string;
  inject(world: World): Promise<void>;
  /** Undoes it. @default the upstream answers again */
  heal?(world: World): Promise<void>;
  /** What the exporter of the service loses. */
  readonly lost: readonly string[];
  /** What the merged process loses. @default everything */
  readonly lostMerged?: readonly string[];
}

const BACKLOG = ["orders_backlog"];
const ORDERS = ["orders_backlog", "orders_last_backup_timestamp_seconds", "orders_workers"];
const NOTHING: readonly string[] = [];

const FAULTS: readonly Fault[] = [
  { name: "its upstream hangs", inject: ({ upstream }) => upstream.behave("hang"), lost: BACKLOG },
  { name: "its upstream refuses connections", inject: ({ upstream }) => upstream.behave("refuse"), lost: BACKLOG },
  { name: "its upstream trickles bytes", inject: ({ upstream }) => upstream.behave("trickle"), lost: BACKLOG },
  { name: "its upstream answers garbage", inject: ({ upstream }) => upstream.behave("garbage"), lost: BACKLOG },
  { name: "its collector throws", inject: ({ upstream }) => upstream.behave({ bug: "throw" }), lost: BACKLOG },
  {
    name: "its collector ignores that it is aborted",
    inject: ({ upstream }) => upstream.behave({ bug: "ignore abort" }),
    lost: BACKLOG,
  },
  {
    name: "its collector loops over 5 million series",
    inject: ({ upstream }) => upstream.behave({ bug: "flood" }),
    // The merged process goes on to work on them, and keeps them.
    async heal(world) {
      await world.upstream.behave("answer");
      await world.kill();
      await world.revive();
    },
    lost: BACKLOG,
  },
  {
    name: "a full disk cuts a textfile short",
    inject: ({ file }) => Deno.writeTextFile(file, "last_backup_timestamp_sec"),
    heal: ({ file }) => writeBackup(file),
    lost: ["orders_last_backup_timestamp_seconds"],
  },
  { name: "its process is killed", inject: (world) => world.kill(), heal: (world) => world.revive(), lost: ORDERS },
  {
    name: "its port is taken when it starts",
    async inject(world) {
      await world.kill();
      taken = world.ports.map((port) =>
        Deno.serve({ hostname: "127.0.0.1", port, onListen() {} }, () => new Response())
      );
      const { code, stderr } = await world.tryToStart();
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`${world.ports[0]}`));
    },
    async heal(world) {
      for (const server of taken) await server.shutdown();
      await world.revive();
    },
    lost: ORDERS,
  },
  {
    name: "its clock jumps by days",
    inject: ({ upstream }) => upstream.behave({ bug: "clock" }),
    lost: NOTHING,
    lostMerged: NOTHING,
  },
];

/** Servers on the ports that programs want. */
let taken: Deno.HttpServer[] = [];

/** Scrapes that a fault is given to show: one to fail, and some to be sure that it stays so. */
const SCRAPES_MS = 4000;
/** How often it is looked again, since a busy machine may let a scrape fail that has nothing to do with the fault. */
const LOOKS = 10;

const prometheus = needsProgram("prometheus", "apt-get install -y prometheus");

describe("when something goes wrong with one of three services", prometheus, () => {
  let world: World;
  const rows: string[][] = [];
  before(async () => {
    world = await startWorld();
    await world.untilWhole();
  });
  after(async () => {
    await world?.stop();
    console.log(table(rows));
  });

  for (const { name, inject, heal = answerAgain, lost, lostMerged } of FAULTS) {
    it(`only the broken part is missing while ${name}`, async () => {
      const expected = ALL.filter((series) => {
        const [job, metric = ""] = series.split(" ");
        if (job === MERGED) return lostMerged?.includes(metric) ?? true;
        return job === "orders" && lost.includes(metric);
      });
      await inject(world);
      await pause(SCRAPES_MS);
      let missing = await world.missing();
      for (let look = 1; look < LOOKS && missing.join() !== expected.join(); look++) {
        await pause(SCRAPES_MS / LOOKS);
        missing = await world.missing();
      }
      await heal(world);
      await world.untilWhole();
      rows.push([name, ...["orders", "payments", "search", MERGED].map((job) => shown(job, missing))]);
      assert.deepEqual(missing, expected);
    });
  }
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function answerAgain({ upstream }: World): Promise<void> {
  return upstream.behave("answer");
}

/** How many series of a job are left. */
function shown(job: string, missing: readonly string[]): string {
  const all = ALL.filter((series) => series.startsWith(`${job} `)).length;
  const lost = missing.filter((series) => series.startsWith(`${job} `)).length;
  return lost === 0 ? "all" : lost === all ? "none" : `${all - lost} of ${all}`;
}

function table(rows: readonly string[][]): string {
  const header = ["what goes wrong with orders", "orders", "payments", "search", "merged"];
  const widths = header.map((title, i) =>
    Math.max(...[title, ...rows.map((row) => row[i]!)].map(({ length }) => length))
  );
  return [header, widths.map((width) => "-".repeat(width)), ...rows]
    .map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`).join("\n");
}
