/**
 * TLS and passwords on every runtime that listens: the same web configuration files, tried with curl, with openssl's client
 * where curl cannot, and with a real Prometheus.
 */
import { hashSync } from "bcryptjs";
import { after, before, describe, it } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { makeAuthority, makeCertificate, needsOpenssl } from "../_certificates.ts";
import { curl, type Curled } from "../_curl.ts";
import { type Command, runToEnd, type Server, startServer } from "../_process.ts";
import { carriedRuntime, needsCarriedRuntimes, needsProgram, ownRuntime } from "../_programs.ts";
import { startPrometheus } from "../_prometheus.ts";
import { installedProject } from "../_shared.ts";

const needsNpm = { ...needsCarriedRuntimes(), ...needsProgram("npm", "https://nodejs.org/en/download") };
const needs = needsOpenssl();
const needsPrometheus = needsProgram("prometheus", "apt-get install -y prometheus");

const FILES = {
  hello: fileURLToPath(new URL("../../examples/hello/exporter.ts", import.meta.url)),
  slow: fileURLToPath(new URL("slow_exporter.ts", import.meta.url)),
};
const PASSWORD = "correct horse";
const HASH = hashSync(PASSWORD, 5);
const OTHER_HASH = hashSync("battery staple", 4);
const PATHS = ["/metrics", "/", "/-/healthy", "/-/ready", "/nowhere"];

type Runtime = "deno" | "node" | "bun";
type Exporter = keyof typeof FILES;

interface StartOptions {
  /** Files beside the configuration. */
  readonly files?: Readonly<Record<string, string>>;
  readonly exporter?: Exporter;
  /** More arguments. */
  readonly args?: readonly string[];
}

async function command(runtime: Runtime, args: readonly string[], exporter: Exporter = "hello"): Promise<Command> {
  const all = ["--web.listen-address=127.0.0.1:0", ...args];
  if (runtime === "deno") return { path: ownRuntime().path, args: ["run", "-A", FILES[exporter], ...all] };
  const { folder } = await installedProject();
  return { path: carriedRuntime(runtime).path, args: [`${exporter}.ts`, ...all], cwd: folder };
}

/** A folder with certificates: `ca` and `other-ca` sign `server` and `other-server`, and those of clients. */
async function makeFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-web-" });
  await Promise.all([makeAuthority(folder, "ca"), makeAuthority(folder, "other-ca")]);
  const names = "DNS:prometheus.example,email:sre@example.org,URI:spiffe://example/p,IP:10.0.0.1,IP:2001:db8::1";
  await Promise.all([
    makeCertificate(folder, "server", { by: "ca" }),
    makeCertificate(folder, "other-server", { by: "other-ca", key: "ec -pkeyopt ec_paramgen_curve:prime256v1" }),
    makeCertificate(folder, "client", { by: "ca", names }),
    makeCertificate(folder, "other-client", { by: "other-ca", names }),
    makeCertificate(folder, "expired", { by: "ca", names, days: 0 }),
    makeCertificate(folder, "server-only", { by: "ca", names, extensions: ["extendedKeyUsage=serverAuth"] }),
    makeCertificate(folder, "sly", { by: "ca", names: "otherName:1.2.3.4;UTF8:DNS:prometheus.example" }),
    makeCertificate(folder, "self", { names }),
  ]);
  return folder;
}

let folder: string;

/** Copies, so that each test can change its own: `tls.crt` and `tls.key`, and a file of any name. */
async function newFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const own = await Deno.makeTempDir({ dir: folder });
  await use(own, "server");
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${own}/${name}`, text);
  return own;
}

async function use(own: string, certificate: string): Promise<void> {
  await Deno.copyFile(`${folder}/${certificate}.crt`, `${own}/tls.crt`);
  await Deno.copyFile(`${folder}/${certificate}.key`, `${own}/tls.key`);
}

const TLS = "tls_server_config:\n  cert_file: tls.crt\n  key_file: tls.key\n";
const USERS = `basic_auth_users:\n  prometheus: ${HASH}\n`;

describe("a web configuration", needs, () => {
  before(async () => {
    folder = await makeFolder();
  });
  after(() => Deno.remove(folder, { recursive: true }));

  describeRuntime("deno", {});
  describeRuntime("node", needsNpm);
  describeRuntime("bun", needsNpm);
});

function describeRuntime(runtime: Runtime, needs: object): void {
  const isDeno = runtime === "deno";

  /** An exporter with a configuration; its `web.yml` lies in `own`. */
  async function start(config: string, options: StartOptions = {}): Promise<Server & { own: string }> {
    const { files = {}, exporter, args = [] } = options;
    const own = await newFolder({ ...files, "web.yml": config });
    const server = await startServer(await command(runtime, [`--web.config.file=${own}/web.yml`, ...args], exporter));
    return Object.assign(server, { own });
  }
  async function refusedStart(config: string): Promise<string> {
    const own = await newFolder({ "web.yml": config });
    const ending = await runToEnd(await command(runtime, [`--web.config.file=${own}/web.yml`]));
    assert.deepEqual([ending.code, ending.signal], [2, null], ending.stderr);
    assert.doesNotMatch(ending.stderr, /Listening/);
    return ending.stderr.replaceAll(`${own}/`, "");
  }
  function ask(url: string, args: readonly string[] = []): Promise<Curled> {
    return curl(`${url}/metrics`, ["--cacert", `${folder}/ca.crt`, ...args]);
  }
  function as(client: string): string[] {
    return ["--cert", `${folder}/${client}.crt`, "--key", `${folder}/${client}.key`];
  }

  describe(`with TLS on ${runtime}`, needs, () => {
    it("answers over TLS 1.2 and 1.3, HTTP/1.1 and 2, and only those who trust the authority", async () => {
      await using server = await start(TLS);
      for (const tls of ["1.2", "1.3"]) {
        for (const http of ["1.1", "2"]) {
          const { status, version, text } = await ask(server.url, [
            ...[`--tlsv${tls}`, "--tls-max", tls, `--http${http}`, "-H", "Accept: text/plain"],
          ]);
          assert.deepEqual([status, version], [200, http]);
          assert.match(text, /^hello_greeting_length_bytes\{/m);
        }
      }
      const stranger = await curl(server.url, ["--cacert", `${folder}/other-ca.crt`]);
      assert.deepEqual([stranger.status, /certificate/.test(stranger.error)], [0, true]);
      assert.equal((await curl(server.url.replace("https", "http"))).status, 0);
      assert.match(server.stderr(), /level=info msg="TLS is enabled" http2=true\n/);
    });

    it("answers HEAD and refuses POST as ever, over both versions of HTTP", async () => {
      await using server = await start(TLS);
      for (const http of ["--http1.1", "--http2"]) {
        const head = await ask(server.url, [http, "--head"]);
        assert.deepEqual([head.status, Number(head.headers["content-length"]) > 0], [200, true]);
        const post = await ask(server.url, [http, "-d", "x=y"]);
        assert.deepEqual([post.status, post.headers.allow], [405, "GET, HEAD"]);
      }
    });

    it("offers no HTTP/2 where the file says so", async () => {
      await using server = await start(`${TLS}http_server_config: { http2: false }\n`);
      const { status, version } = await ask(server.url, ["--http2"]);
      assert.deepEqual([status, version], [200, "1.1"]);
    });

    const versions: [limits: string, answered: string[]][] = [
      ["min_version: TLS13", ["1.3"]],
      ["max_version: TLS12", ["1.2"]],
      ["min_version: TLS12", ["1.2", "1.3"]],
      ["min_version: TLS10", ["1.0", "1.1", "1.2", "1.3"]],
      ["max_version: TLS11\n  min_version: TLS11", ["1.1"]],
    ];
    for (const [limits, answered] of versions) {
      const isOld = /TLS1[01]/.test(limits);
      if (isOld && isDeno) {
        it(`refuses ${limits.replace(/\n +/, ", ")}`, async () => {
          const stderr = await refusedStart(`${TLS}  ${limits}\n`);
          assert.match(stderr, /^web\.yml:4: tls_server_config\.m\w\w_version: got TLS1[01], expected .* on deno$/m);
        });
        continue;
      }
      it(`speaks TLS ${answered.join(", ")} with ${limits.replace(/\n +/, ", ")}`, async () => {
        await using server = await start(`${TLS}  ${limits}\n`);
        for (const version of ["1.0", "1.1", "1.2", "1.3"]) {
          const { status } = await ask(server.url, [
            ...[`--tlsv${version}`, "--tls-max", version, "--ciphers", "DEFAULT@SECLEVEL=0"],
          ]);
          assert.equal(status, answered.includes(version) ? 200 : 0, `TLS ${version}`);
        }
      });
    }

    if (isDeno) {
      it("refuses to choose cipher suites, their order and curves", async () => {
        const stderr = await refusedStart(
          `${TLS}  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n` +
            "  prefer_server_cipher_suites: true\n  curve_preferences: [X25519]\n",
        );
        assert.match(stderr, /^web\.yml:4: tls_server_config\.cipher_suites: .* on deno$/m);
        assert.match(stderr, /^web\.yml:5: tls_server_config\.prefer_server_cipher_suites: .* on deno$/m);
        assert.match(stderr, /^web\.yml:6: tls_server_config\.curve_preferences: .* on deno$/m);
      });
    } else {
      it("speaks the chosen cipher suites only", async () => {
        const suites =
          "TLS_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";
        await using server = await start(`${TLS}  cipher_suites: [${suites}]\n`);
        const statuses = [];
        for (const suite of ["AES256-SHA", "CHACHA20-POLY1305", "AES128-GCM-SHA256", "AES256-GCM-SHA384"]) {
          const { status } = await ask(server.url, ["--tls-max", "1.2", "--ciphers", `ECDHE-RSA-${suite}`]);
          statuses.push(status);
        }
        assert.deepEqual(statuses, [200, 200, 0, 0]);
        assert.equal((await ask(server.url, ["--tlsv1.3"])).status, 200);
      });

      it("speaks no suite without forward secrecy", async () => {
        await using server = await start(TLS);
        assert.equal((await ask(server.url, ["--tls-max", "1.2", "--ciphers", "kRSA"])).status, 0);
        assert.equal((await ask(server.url, ["--tls-max", "1.2", "--ciphers", "kECDHE"])).status, 200);
      });

      it("lets the server's order of suites count, or the client's", async () => {
        const theirs = "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256";
        for (const [preference, chosen] of [["true", "AES128-GCM-SHA256"], ["false", "CHACHA20-POLY1305"]]) {
          await using server = await start(`${TLS}  prefer_server_cipher_suites: ${preference}\n`);
          const said = await client(server.url, ["-tls1_2", "-cipher", theirs]);
          assert.match(said, new RegExp(`Cipher is ECDHE-RSA-${chosen}\n`));
        }
      });

      it("speaks the chosen curves only", async () => {
        await using server = await start(`${TLS}  curve_preferences: [CurveP521, CurveP384]\n`);
        for (const version of ["1.2", "1.3"]) {
          const statuses = [];
          for (const curve of ["P-521", "P-384", "P-256", "X25519"]) {
            statuses.push(
              (await ask(server.url, ["--tls-max", version, `--tlsv${version}`, "--curves", curve])).status,
            );
          }
          assert.deepEqual(statuses, [200, 200, 0, 0], `TLS ${version}`);
        }
      });
    }

    const SANS = "\n  client_allowed_sans: [nobody, prometheus.example]";
    const clientAuths: [settings: string, letIn: string[]][] = [
      ["NoClientCert", ["none", "client", "other-client", "self", "expired", "server-only", "sly"]],
      ["RequestClientCert", ["none", "client", "other-client", "self", "expired", "server-only", "sly"]],
      ["RequireAnyClientCert", ["client", "other-client", "self", "expired", "server-only", "sly"]],
      ["RequireClientCert", ["client", "other-client", "self", "expired", "server-only", "sly"]],
      ["VerifyClientCertIfGiven\n  client_ca_file: ../ca.crt", ["none", "client", "sly"]],
      ["RequireAndVerifyClientCert\n  client_ca_file: ../ca.crt", ["client", "sly"]],
      [`RequireAndVerifyClientCert\n  client_ca_file: ../ca.crt${SANS}`, ["client"]],
      [`RequireAnyClientCert${SANS}`, ["client", "other-client", "self", "expired", "server-only"]],
    ];
    for (const [settings, letIn] of clientAuths) {
      it(`lets in ${letIn.join(", ")} with ${settings.replaceAll(/\n +/g, ", ")}`, async () => {
        await using server = await start(`${TLS}  client_auth_type: ${settings}\n`);
        for (const tls of ["1.2", "1.3"]) {
          for (const client of ["none", "client", "other-client", "self", "expired", "server-only", "sly"]) {
            const { status } = await ask(server.url, ["--tls-max", tls, ...(client === "none" ? [] : as(client))]);
            assert.equal(status, letIn.includes(client) ? 200 : 0, `${client} over TLS ${tls}`);
          }
        }
      });
    }

    for (const san of ["sre@example.org", "spiffe://example/p", "10.0.0.1", "2001:db8::1"]) {
      it(`knows a client by its name ${san}`, async () => {
        const type = "client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ../ca.crt";
        await using server = await start(`${TLS}  ${type}\n  client_allowed_sans: ["${san}"]\n`);
        assert.equal((await ask(server.url, as("client"))).status, 200);
        assert.equal((await ask(server.url, as("sly"))).status, 0);
      });
    }

    it("takes a new certificate without a restart, and refuses connections while it is half written", async () => {
      await using server = await start(TLS);
      const statuses = async () => [
        (await ask(server.url)).status,
        (await curl(`${server.url}/metrics`, ["--cacert", `${folder}/other-ca.crt`])).status,
      ];
      assert.deepEqual(await statuses(), [200, 0]);
      await Deno.copyFile(`${folder}/other-server.crt`, `${server.own}/tls.crt`);
      await until(async () => (await ask(server.url)).status === 0);
      assert.match(
        server.stderr(),
        /level=error msg="TLS connections are refused" error=".*the key belongs to another one"/,
      );
      await use(server.own, "other-server");
      await until(async () => String(await statuses()) === "0,200");
      await use(server.own, "server");
      await until(async () => String(await statuses()) === "200,0");
      assert.equal(server.stderr().match(/TLS connections are refused/g)?.length, 1, server.stderr());
      assert.equal(server.stderr().match(/New TLS settings are in use/g)?.length, 2, server.stderr());
    });

    it("takes a new authority for clients, also for those who come back with an old session", async () => {
      const type = "client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: clients.crt\n";
      const ca = await Deno.readTextFile(`${folder}/ca.crt`);
      await using server = await start(`${TLS}  ${type}`, { files: { "clients.crt": ca } });
      const sessions = new Map<string, string>();
      for (const tls of ["1_2", "1_3"]) {
        const session = `${server.own}/session${tls}`;
        const first = await client(server.url, [`-tls${tls}`, ...as("client").map(short), "-sess_out", session]);
        assert.match(first, /200 OK/);
        sessions.set(tls, session);
        // Else the last step proves nothing.
        assert.match(await client(server.url, [`-tls${tls}`, "-sess_in", session]), /200 OK/);
      }
      await Deno.copyFile(`${folder}/other-ca.crt`, `${server.own}/clients.crt`);
      await until(async () => (await ask(server.url, as("other-client"))).status === 200);
      assert.equal((await ask(server.url, as("client"))).status, 0);
      for (const [tls, session] of sessions) {
        const again = await client(server.url, [`-tls${tls}`, ...as("client").map(short), "-sess_in", session]);
        assert.doesNotMatch(again, /200 OK/);
      }
    });

    it("takes certificate and key as they stand in the file, and older kinds of keys", async () => {
      for (const certificate of ["server", "other-server"]) {
        const cert = await Deno.readTextFile(`${folder}/${certificate}.crt`);
        const key = await openssl(["pkey", "-traditional", "-in", `${folder}/${certificate}.key`]);
        assert.match(key, /BEGIN (?:RSA|EC) PRIVATE KEY/);
        await using server = await start(`tls_server_config:\n  cert: |\n${indented(cert)}  key: |\n${indented(key)}`);
        const ca = certificate.replace("server", "ca");
        assert.equal((await curl(`${server.url}/metrics`, ["--cacert", `${folder}/${ca}.crt`])).status, 200);
      }
    });

    for (const http of ["1.1", "2"]) {
      it(`finishes the scrape in flight on SIGTERM over HTTP/${http}`, async () => {
        const asked = Promise.withResolvers<void>();
        const answered = Promise.withResolvers<string>();
        const upstream = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async () => {
          asked.resolve();
          return new Response(await answered.promise);
        });
        const args = [`--upstream=http://127.0.0.1:${upstream.addr.port}/`];
        const server = await start(TLS, { exporter: "slow", args });
        try {
          const scrape = ask(server.url, [`--http${http}`]);
          await asked.promise;
          server.signal("SIGTERM");
          await until(async () => (await ask(server.url)).status !== 200);
          answered.resolve("hello");
          const { status, version, text } = await scrape;
          assert.deepEqual([status, version], [200, http]);
          assert.match(text, /^slow_answer_length_bytes 5$/m);
          const { code, signal, stderr } = await server.ended;
          assert.deepEqual([code, signal], [0, null], stderr);
        } finally {
          answered.resolve("");
          await server.stop();
          await upstream.shutdown();
        }
      });
    }

    it("ends with status 0 on SIGTERM while clients keep connections of every kind", async () => {
      const server = await start(TLS);
      try {
        const { port } = new URL(server.url);
        const silent = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
        const idle = new Deno.Command("openssl", {
          args: ["s_client", "-connect", `127.0.0.1:${port}`],
          stdin: "piped",
          stdout: "piped",
          stderr: "null",
        }).spawn();
        const [reader] = idle.stdout.tee();
        await reader.getReader().read();
        const { code, signal, stderr } = await server.stop();
        assert.deepEqual([code, signal], [0, null], stderr);
        silent.close();
        await idle.stdin.close().catch(() => {});
        await idle.status;
        await idle.stdout.cancel().catch(() => {});
      } finally {
        await server.stop();
      }
    });

    const wrongTls: [what: string, config: string, stderr: RegExp][] = [
      [
        "a certificate without a key",
        "tls_server_config: { cert_file: tls.crt }\n",
        /^web\.yml:1: tls_.*missing one of key or/m,
      ],
      ["a file that is not there", TLS.replace("tls.key", "no.key"), /^Cannot read no\.key: there is no such file$/m],
      ["another one's key", TLS.replace("tls.key", "../client.key"), /^Cannot use the certificate: the key belongs/m],
      ["a key that is none", TLS.replace("tls.key", "tls.crt"), /^Cannot use the key: got no private key as PEM$/m],
      ["a certificate that is none", TLS.replace("tls.crt", "tls.key"), /^Cannot use the certificate: got no cert/m],
      [
        "an unknown version",
        `${TLS}  min_version: SSL30\n`,
        /^web\.yml:4: .*min_version: got "SSL30", expected one of TLS10/m,
      ],
    ];
    for (const [what, config, stderr] of wrongTls) {
      it(`does not start with ${what}`, async () => {
        const said = await refusedStart(config);
        assert.match(said, stderr);
        assert.doesNotMatch(said, /PRIVATE KEY-----|^\s+at /m);
      });
    }
  });

  describe(`with passwords on ${runtime}`, needs, () => {
    const right = ["-u", `prometheus:${PASSWORD}`];
    const others = [[], ["-u", "prometheus:wrong"], ["-u", `nobody:${PASSWORD}`], [
      "-H",
      `Authorization: Bearer ${HASH}`,
    ]];

    it("lets in those with the password, on every path, with and without TLS", async () => {
      for (const tls of [TLS, ""]) {
        await using server = await start(tls + USERS);
        for (const path of PATHS) {
          const { status } = await curl(server.url + path, ["--cacert", `${folder}/ca.crt`, ...right]);
          assert.equal(status, path === "/nowhere" ? 404 : 200);
          for (const other of others) {
            const refused = await curl(server.url + path, ["--cacert", `${folder}/ca.crt`, ...other]);
            assert.deepEqual([refused.status, refused.text], [401, "Unauthorized\n"]);
            assert.equal(refused.headers["www-authenticate"], "Basic");
          }
        }
        assert.doesNotMatch(server.stderr(), /correct|\$2|wrong/);
      }
    });

    it("takes other users and headers without a restart, and answers 500 while the file is wrong", async () => {
      await using server = await start(USERS);
      const write = (text: string) => Deno.writeTextFile(`${server.own}/web.yml`, text);
      const staple = ["-u", "prometheus:battery staple"];
      assert.deepEqual([(await ask(server.url, right)).status, (await ask(server.url, staple)).status], [200, 401]);
      await write(`${USERS.replace(HASH, OTHER_HASH)}http_server_config: { headers: { X-Frame-Options: deny } }\n`);
      const answer = await ask(server.url, staple);
      assert.deepEqual([answer.status, answer.headers["x-frame-options"]], [200, "deny"]);
      assert.equal((await ask(server.url, right)).status, 401);
      for (const broken of [`basic_auth_users:\n  prometheus: ${PASSWORD}\n`, "basic_auth_users:\n", `a: [${HASH}`]) {
        await write(broken);
        for (const args of [right, staple, []]) {
          const { status, text } = await ask(server.url, args);
          assert.deepEqual([status, text], [500, "Internal Server Error\n"]);
        }
      }
      await Deno.remove(`${server.own}/web.yml`);
      assert.equal((await ask(server.url, right)).status, 500);
      await write(USERS);
      assert.equal((await ask(server.url, right)).status, 200);
      assert.equal(server.stderr().match(/Requests get 500/g)?.length, 4, server.stderr());
      assert.match(server.stderr(), /The web configuration can be used again/);
      assert.doesNotMatch(server.stderr(), /correct|battery|\$2/);
    });

    it("limits the rate of requests", async () => {
      await using server = await start("rate_limit: { interval: 1h, burst: 3 }\n");
      const statuses = [];
      for (let i = 0; i < 5; i++) statuses.push((await ask(server.url)).status);
      assert.deepEqual(statuses, [200, 200, 200, 429, 429]);
    });

    it("starts with an empty file as without one", async () => {
      await using server = await start("");
      assert.equal((await ask(server.url)).status, 200);
      assert.match(server.url, /^http:/);
    });

    const wrong: [what: string, config: string, lines: string[]][] = [
      ["what is no YAML", `a: "${PASSWORD}\n`, [
        "web.yml:2: not valid YAML: got a missing character, such as a closing quote or a space",
      ]],
      ["several problems", `basic_auth_users:\n  ali: ${PASSWORD}\nrate_limit: { interval: x }\n`, [
        "web.yml:2: basic_auth_users.ali: got something else, expected a bcrypt hash",
        'web.yml:3: rate_limit.interval: got "x", expected a duration such as 500ms, 1s or 1m30s',
      ]],
      ["a cost that nobody can pay", USERS.replace("$05$", "$31$"), [
        "web.yml:2: basic_auth_users.prometheus: got cost 31, expected 4 to 14",
      ]],
      ["no users", "basic_auth_users: {}\n", [
        "web.yml:1: basic_auth_users: got no users, expected at least one: leave out basic_auth_users to answer everybody",
      ]],
    ];
    for (const [what, config, lines] of wrong) {
      it(`does not start with ${what}`, async () => {
        const stderr = await refusedStart(config);
        assert.deepEqual(stderr.split("\n").filter((line) => line.startsWith("web.yml")), lines);
        assert.doesNotMatch(stderr, /correct horse|\$2|^\s+at /m);
      });
    }

    it("is checked by --config.check", async () => {
      for (
        const [config, code, said] of [[USERS, 0, /are right/], ["x: 1\n", 2, /web\.yml:1: x: unknown key/]] as const
      ) {
        const own = await newFolder({ "web.yml": config });
        const ending = await runToEnd(await command(runtime, ["--config.check", `--web.config.file=${own}/web.yml`]));
        assert.equal(ending.code, code, ending.stderr);
        assert.match(ending.stdout + ending.stderr, said);
        assert.doesNotMatch(ending.stderr, /msg=/);
      }
    });

    it("does not start without the file", async () => {
      const ending = await runToEnd(await command(runtime, ["--web.config.file=/nowhere/web.yml"]));
      assert.equal(ending.code, 2);
      assert.match(ending.stderr, /^Cannot read \/nowhere\/web\.yml: there is no such file$/m);
    });
  });

  describe(`a real Prometheus and ${runtime}`, { ...needs, ...needsPrometheus }, () => {
    it("scrapes with its certificate and password, and sees why it may not without", async () => {
      const auth = "client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: ../ca.crt\n";
      await using server = await start(`${TLS}  ${auth}${USERS}`);
      const { host } = new URL(server.url);
      const job = (name: string, { client = "client", password = PASSWORD, ca = "ca" }) => `
  - job_name: ${name}
    scheme: https
    tls_config: { ca_file: ${folder}/${ca}.crt, cert_file: ${folder}/${client}.crt, key_file: ${folder}/${client}.key }
    basic_auth: { username: prometheus, password: ${password} }
    static_configs: [{ targets: ["${host}"] }]`;
      const jobs = [
        job("right", {}),
        job("wrong-password", { password: "wrong" }),
        job("wrong-client", { client: "other-client" }),
        job("wrong-ca", { ca: "other-ca" }),
      ];
      const prometheus = await startPrometheus(
        `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:${jobs.join("")}\n`,
      );
      try {
        await prometheus.until("count_over_time(up[1m])", (samples) => {
          return samples.length === jobs.length && samples.every(({ value }) => value >= 3);
        });
        const up = await prometheus.query("max_over_time(up[1m])");
        assert.deepEqual(up.map(({ metric, value }) => [metric.job, value]).sort(), [
          ["right", 1],
          ["wrong-ca", 0],
          ["wrong-client", 0],
          ["wrong-password", 0],
        ]);
        assert.equal((await prometheus.query('min_over_time(up{job="right"}[1m])'))[0]?.value, 1);
        assert.equal((await prometheus.query('hello_greeting_length_bytes{job="right"}')).length, 2);
        const errors = new Map((await prometheus.targets()).map(({ labels, lastError }) => [labels.job, lastError]));
        assert.match(errors.get("wrong-password") ?? "", /401 Unauthorized/);
        assert.match(errors.get("wrong-ca") ?? "", /x509|certificate/);
        assert.notEqual(errors.get("wrong-client"), "");
      } finally {
        await prometheus.stop();
      }
    });
  });
}

/** One request over HTTP/1.1 by openssl's client, and what both say. */
async function client(url: string, args: readonly string[]): Promise<string> {
  const child = new Deno.Command("openssl", {
    args: ["s_client", "-connect", new URL(url).host, "-ign_eof", "-alpn", "http/1.1", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  // A server that hangs up is an answer too.
  await writer.write(
    new TextEncoder().encode("GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
  )
    .then(() => writer.close()).catch(() => {});
  const { stdout, stderr } = await child.output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

async function openssl(args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command("openssl", { args: [...args], stdin: "null" }).output();
  return new TextDecoder().decode(stdout);
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "    ");
}

/** `-cert` for openssl where curl has `--cert`. */
function short(arg: string): string {
  return arg.replace(/^--/, "-");
}

async function until(passes: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await passes()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("Cannot see what was waited for after ten seconds");
}
