/** Targets in trouble: what ours says of them, in time, beside the original. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ask } from "../_http.ts";
import { startServer } from "../_process.ts";
import { EXPORTER, needsOriginal, type OurExporter, startOriginal, startOurs, startTargets } from "./_blackbox.ts";
import { type Exporter, type Targets, writeModules } from "./_blackbox.ts";
import { readFamilies, shapes, valueOf } from "./_families.ts";

/** How long Prometheus waits, in seconds. */
const TIMEOUT_SECONDS = 2;

/** What hangs: module, target, and what is known of it nevertheless. */
const HANGING: readonly (readonly [module: string, target: string, known?: RegExp])[] = [
  ["http_2xx", "http://127.0.0.1:WEB/", /^probe_http_status_code 0$/m],
  ["http_ca", "https://127.0.0.1:GOOD/", /^probe_http_duration_seconds\{phase="processing"\} 0$/m],
  ["tcp_tls", "127.0.0.1:GOOD", /^probe_ip_protocol 4$/m],
  ["tcp_mail", "127.0.0.1:MAIL", /^probe_failed_due_to_regex 0$/m],
  ["dns_a", "127.0.0.1:DNS", /^probe_dns_query_succeeded 0$/m],
  ["dns_tcp", "127.0.0.1:DNS", /^probe_dns_query_succeeded 0$/m],
];

describe("blackbox exporter with targets in trouble", needsOriginal(), () => {
  let targets: Targets;
  let ours: OurExporter;
  let theirs: Exporter;

  before(async () => {
    targets = await startTargets();
    const path = await writeModules(targets);
    [ours, theirs] = await Promise.all([startOurs(path), startOriginal(path)]);
  });
  after(async () => {
    await ours?.[Symbol.asyncDispose]();
    await theirs?.[Symbol.asyncDispose]();
    await targets?.[Symbol.asyncDispose]();
  });

  /** A probe that Prometheus would have got. */
  async function inTime(exporter: Exporter, module: string, target: string): Promise<string> {
    const late = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
    return await Promise.race([
      exporter.probe({ module, target: targets.withPorts(target) }, TIMEOUT_SECONDS),
      new Promise<never>((_, reject) => late.addEventListener("abort", () => reject(late.reason))),
    ]);
  }

  it("answers in time while targets hang, with what is known, and is whole after that", async () => {
    const probes = () =>
      Promise.all(HANGING.map(async ([module, target]) => [
        await inTime(ours, module, target),
        await inTime(theirs, module, target),
      ]));
    targets.signal("SIGSTOP");
    const hung = await probes();
    targets.signal("SIGCONT");
    HANGING.forEach(([module, target, known = /(?:)/], i) => {
      const [own = "", their = ""] = hung[i]!;
      assert.deepEqual([own, their].map((text) => valueOf(text, "probe_success")), [0, 0], `${module} of ${target}`);
      assert.match(own, known, `${module} of ${target}`);
      assert.match(own, /^blackbox_scrape_collector_success\{collector="\w+"\} 1$/m);
      assert.deepEqual(shapes(readFamilies(own, /^probe_/)), shapes(readFamilies(their, /^probe_/)), module);
    });
    for (const [own, their] of await probes()) {
      assert.deepEqual([own!, their!].map((text) => valueOf(text, "probe_success")), [1, 1], own);
    }
  });

  for (const path of ["slow", "stall"]) {
    it(`shows of a page that answers as in /${path} what the original shows`, async () => {
      const target = `http://127.0.0.1:WEB/${path}`;
      const [own, their] = (await Promise.all([inTime(ours, "http_2xx", target), inTime(theirs, "http_2xx", target)]))
        .map((text) => readFamilies(text, /^probe_/));
      assert.deepEqual(shapes(own!), shapes(their!));
      for (
        const name of [
          "probe_success",
          "probe_http_status_code",
          "probe_http_version",
          "probe_http_content_length",
          "probe_http_uncompressed_body_length",
        ]
      ) {
        assert.deepEqual(own!.get(name)?.samples, their!.get(name)?.samples, name);
      }
    });
  }

  it("trusts the authorities that a file has now", async () => {
    const file = `${targets.folder}/ca.crt`;
    const trusted = await Deno.readTextFile(file);
    const success = async () => valueOf(await inTime(ours, "http_ca", "https://localhost:GOOD/"), "probe_success");
    const found = [await success()];
    await Deno.copyFile(`${targets.folder}/self.crt`, file);
    found.push(await success());
    await Deno.writeTextFile(file, trusted);
    assert.deepEqual([...found, await success()], [1, 0, 1]);
  });

  it("goes on with other targets while one hangs", async () => {
    const slow = inTime(ours, "http_2xx", "http://127.0.0.1:WEB/slow");
    for (let i = 0; i < 5; i++) {
      assert.equal(valueOf(await inTime(ours, "http_2xx", "http://127.0.0.1:WEB/"), "probe_success"), 1);
    }
    assert.equal(valueOf(await slow, "probe_success"), 0);
  });

  it("says why, for whoever asks with debug=true", async () => {
    const query = { module: "http_2xx", target: targets.withPorts("http://127.0.0.1:WEB/slow"), debug: "true" };
    assert.match(await ours.probe(query, 1), /msg="Probe failed" .*reason="no end after 0\.\d+ s"/);
  });

  it("says of itself what the original says, and counts modules that there are not", async () => {
    for (const { url } of [ours, theirs]) {
      const answer = await ask(`${url}/probe?module=nonsense&target=a`);
      assert.equal(answer.status, 400);
      assert.match(answer.text, /^Unknown module "nonsense"/);
    }
    const [own, their] = (await Promise.all([ours, theirs].map(({ url }) => ask(`${url}/metrics`))))
      .map(({ text }) => readFamilies(text, /^blackbox_/));
    for (const [name, { type }] of their!) assert.equal(own!.get(name)?.type, type, name);
    assert.deepEqual(own!.get("blackbox_module_unknown_total"), their!.get("blackbox_module_unknown_total"));
    assert.equal(their!.size, 4);
  });

  it("takes the module http_2xx where none is named, as the original does", async () => {
    for (const exporter of [ours, theirs]) {
      const text = await exporter.probe({ target: targets.withPorts("127.0.0.1:WEB") });
      assert.equal(valueOf(text, "probe_http_status_code"), 200);
    }
  });

  it("sends nothing to this machine unless it is allowed", async () => {
    const args = [`--config.file=${await writeModules(targets)}`, "--web.listen-address=127.0.0.1:0"];
    await using closed = await startServer({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, ...args] });
    await targets.asked();
    for (const host of ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]"]) {
      const target = targets.withPorts(`http://${host}:WEB/`);
      const answer = await ask(`${closed.url}/probe?${new URLSearchParams({ module: "http_2xx", target })}`);
      assert.equal(answer.status, 403, host);
      assert.match(answer.text, /closed \(loopback\); --probe\.allow opens it/);
    }
    assert.deepEqual(await targets.asked(), []);
  });

  it("goes to no other port than the one that is allowed, however the target is written", async () => {
    const allowed = targets.withPorts("--probe.allow=127.0.0.1:WEB");
    const args = [`--config.file=${await writeModules(targets)}`, "--web.listen-address=127.0.0.1:0", allowed];
    await using exporter = await startServer({ path: Deno.execPath(), args: ["run", "-A", EXPORTER, ...args] });
    const successOf = async (target: string, module = "http_2xx") => {
      const query = new URLSearchParams({ module, target: targets.withPorts(target) });
      return valueOf((await ask(`${exporter.url}/probe?${query}`)).text, "probe_success");
    };
    assert.equal(await successOf("127.0.0.1:WEB"), 1);
    await targets.asked();
    for (const target of ["ftp://127.0.0.1:WEB/", "ws://127.0.0.1:WEB/", "http://127.0.0.1:WEB/metadata"]) {
      assert.equal(await successOf(target), 0, target);
    }
    assert.equal(await successOf("127.0.0.1:GOOD"), undefined);
    assert.equal(await successOf("127.0.0.1:MAIL", "tcp_connect"), undefined);
    assert.deepEqual((await targets.asked()).map((line) => line.split(" ")[1]), ["/metadata"]);
  });

  it("ends with status 2 when the file is wrong, and says where", async () => {
    const file = `${targets.folder}/wrong.yml`;
    await Deno.writeTextFile(
      file,
      "modules:\n  web:\n    prober: http\n    http:\n      methd: GET\n      timeout: 5\n",
    );
    const args = ["run", "-A", EXPORTER, `--config.file=${file}`, "--config.check"];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    const said = new TextDecoder().decode(stderr);
    assert.equal(code, 2);
    assert.match(said, /wrong\.yml:5: modules\.web\.http\.methd: unknown key, did you mean method\?/);
  });

  it("takes the file that Debian ships", async () => {
    const args = ["run", "-A", EXPORTER, "--config.file=/etc/prometheus/blackbox.yml", "--config.check"];
    const { code, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
  });
});
