import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { announceByLease } from "../../discovery/lease_announcement.ts";
import { readTargetGroups, type TargetGroup } from "../../discovery/target_group.ts";
import { keptLog, movedClock } from "../_testing.ts";
import command, { type Discover, type DiscoverOptions, startDiscover } from "./discover.ts";

const DAY_MS = 86_400_000;
const REGISTRATION = { labels: { job: "orders" }, ttl: "60s" };

describe("startDiscover()", () => {
  let folder: string;
  let discover: Discover | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "exporterkit-discover-"));
  });
  afterEach(async () => {
    await discover?.close();
    await rm(folder, { recursive: true });
  });

  async function start(options: Partial<DiscoverOptions> = {}): Promise<string> {
    await discover?.close();
    discover = await startDiscover({
      addresses: [{ host: "127.0.0.1", port: 0 }],
      storage: join(folder, "data"),
      forgetAfterMs: DAY_MS,
      log: keptLog(),
      ...options,
    });
    return discover.urls[0]!;
  }
  async function register(url: string, id: string): Promise<number> {
    const body = JSON.stringify({ targets: [`${id}:1`], ...REGISTRATION });
    const answer = await fetch(`${url}/instances/${id}`, { method: "PUT", body });
    await answer.body?.cancel();
    return answer.status;
  }

  it("serves files and registrations as one http_sd endpoint", async () => {
    await writeFile(join(folder, "a.json"), '[{"targets":["a:1"]}]');
    await writeFile(join(folder, "b.json"), "[{");
    const url = await start({ folder });
    await register(url, "r");
    const answer = await fetch(`${url}/sd`, { headers: { Accept: "application/json" } });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("Content-Type"), "application/json");
    assert.deepEqual(await answer.json(), [
      { targets: ["a:1"], labels: {} },
      { targets: ["r:1"], labels: { job: "orders" } },
    ]);
    await writeFile(join(folder, "a.json"), "[]");
    assert.deepEqual(targetsOf(await served(url)), ["r:1"]);
  });

  it("serves only targets with the labels that are asked for", async () => {
    await writeFile(
      join(folder, "a.json"),
      '[{"targets":["a:1"],"labels":{"team":"x","job":"orders"}},{"targets":["b:1"]}]',
    );
    const url = await start({ folder });
    await register(url, "r");
    const cases: [query: string, targets: string[]][] = [
      ["", ["a:1", "b:1", "r:1"]],
      ["?job=orders", ["a:1", "r:1"]],
      ["?job=orders&team=x", ["a:1"]],
      ["?team=", ["b:1", "r:1"]],
      ["?team=nobody", []],
    ];
    for (const [query, targets] of cases) {
      assert.deepEqual(targetsOf(readTargetGroups(await (await fetch(`${url}/sd${query}`)).json())), targets, query);
    }
  });

  it("takes what an exporter announces, with the token, and gives it back", async () => {
    const url = await start({ token: () => Promise.resolve("s3cret") });
    const log = keptLog();
    const instance = { exporter: "queue", address: "10.0.0.5:9876", labels: { team: "checkout" } };
    const stranger = announceByLease(instance, { url, log });
    await stranger.withdraw();
    assert.match(log.lines[0]!, /status 401/);
    const announcement = announceByLease(instance, { url, token: () => Promise.resolve("s3cret") });
    while ((await served(url)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(await served(url), [{
      targets: ["10.0.0.5:9876"],
      labels: { job: "queue", team: "checkout", __meta_exporterkit_exporter: "queue" },
    }]);
    await announcement.withdraw();
    assert.deepEqual(await served(url), []);
  });

  it("loses none of 10,000 registrations when it starts again, closed in order or not", async () => {
    const url = await start();
    const left = Array.from({ length: 10_000 }, (_, i) => `n${i}`);
    const ids = left.values();
    await Promise.all(Array.from({ length: 50 }, async () => {
      for (const id of ids) assert.equal(await register(url, id), 204);
    }));
    assert.equal(new Set(targetsOf(await served(url))).size, 10_000);
    // Another one from the same disk, as after a crash: nothing was said to the first one.
    const storage = join(folder, "data");
    const other = await startDiscover({
      addresses: [{ host: "127.0.0.1", port: 0 }],
      storage,
      forgetAfterMs: DAY_MS,
      log: keptLog(),
    });
    assert.equal(new Set(targetsOf(await served(other.urls[0]!))).size, 10_000);
    await other.close();
    const again = await start();
    assert.equal(new Set(targetsOf(await served(again))).size, 10_000);
  });

  it("goes on serving who has died, and forgets after the time", async () => {
    const clock = movedClock();
    const log = keptLog();
    const url = await start({ clock, log });
    await register(url, "dead");
    await register(url, "live");
    clock.pass(DAY_MS - 1000);
    await register(url, "live");
    assert.deepEqual(targetsOf(await served(url)), ["dead:1", "live:1"]);
    clock.pass(2000);
    assert.deepEqual(targetsOf(await served(url)), ["live:1"]);
    assert.deepEqual(log.lines.filter((line) => line.startsWith("Forgotten")).length, 1);
    const again = await start();
    assert.deepEqual(targetsOf(await served(again)), ["live:1"]);
  });

  it("says about itself how many it knows", async () => {
    const clock = movedClock();
    await writeFile(join(folder, "a.json"), "[]");
    await writeFile(join(folder, "b.json"), "[{");
    const url = await start({ clock, folder });
    await register(url, "r");
    await register(url, "s");
    clock.pass(61_000);
    await register(url, "s");
    const text = await (await fetch(`${url}/metrics`)).text();
    const { version } = JSON.parse(await readFile(new URL("../../../deno.json", import.meta.url), "utf8"));
    assert.match(text, new RegExp(`^exporterkit_discover_exporter_build_info\\{version="${version}"`, "m"));
    for (
      const line of [
        'exporterkit_discover_leases{state="live"} 1',
        'exporterkit_discover_leases{state="lapsed"} 1',
        'exporterkit_discover_files{state="good"} 1',
        'exporterkit_discover_files{state="broken"} 1',
        'exporterkit_discover_forgotten_total{source="lease"} 0',
        'exporterkit_discover_forgotten_total{source="file"} 0',
      ]
    ) assert.ok(text.includes(`\n${line}\n`), `${line} in\n${text}`);
    assert.equal((await fetch(`${url}/-/healthy`)).status, 200);
  });

  it("does not start where it would lose or miss somebody", async () => {
    await mkdir(join(folder, "data"));
    await writeFile(join(folder, "data", "registrations.json"), "{");
    await assert.rejects(start(), /Cannot read the registrations in .*repair the file, or move it away/);
    await rm(join(folder, "data"), { recursive: true });
    await writeFile(join(folder, "data"), "in the way");
    await assert.rejects(start(), /ENOTDIR|EEXIST/);
    await rm(join(folder, "data"));
    await assert.rejects(start({ folder: join(folder, "none") }), /Cannot serve the target files of ".*none": ENOENT/);
  });
});

describe("exporterkit discover", () => {
  const wrong: [string[], RegExp][] = [
    [["--discovery.forget-after=1s"], /--discovery\.forget-after: got "1s", expected at least a minute/],
    [["--web.listen-address=9099"], /--web\.listen-address: got "9099"/],
    [["--discovery.files=x"], /did you mean --discovery\.file\?/],
    [["--storage.path="], /--storage\.path: got "", expected a folder/],
  ];
  for (const [args, message] of wrong) {
    it(`refuses ${args.join(" ")}`, async () => {
      await assert.rejects(command.run(args), { name: "UsageError", message });
    });
  }
});

async function served(url: string): Promise<TargetGroup[]> {
  return readTargetGroups(await (await fetch(`${url}/sd`)).json());
}

function targetsOf(groups: TargetGroup[]): string[] {
  return groups.flatMap(({ targets }) => targets);
}
