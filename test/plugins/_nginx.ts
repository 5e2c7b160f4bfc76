/** A real nginx with pages of stub_status, and the exporter that ours replaces. */
import { freePort } from "../_port.ts";
import { findProgram, type Needs, needsProgram, skipBecause } from "../_programs.ts";
import { writeCertificates } from "./_certificates.ts";
import { startUpstream, type Upstream } from "./_upstream.ts";

const ORIGINAL = "prometheus-nginx-exporter";

/** Says whether nginx can be started: the options for `it` or `describe`. */
export function needsNginx(): Needs {
  return needsProgram(["nginx", "openssl"], "apt-get install -y nginx openssl");
}

/** Says whether the original can be compared with. Later ones have other metrics about themselves. */
export function needsOriginal(): Needs {
  const needs = needsProgram(["nginx", ORIGINAL], `apt-get install -y nginx ${ORIGINAL}`);
  if (needs.skip !== undefined) return needs;
  const { stdout, stderr } = new Deno.Command(findProgram(ORIGINAL)!, { args: ["-version"] }).outputSync();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  const version = /version=v?(\d[\w.]*)/.exec(said)?.[1];
  if (version?.startsWith("0.11.")) return {};
  return skipBecause(`${ORIGINAL} is of version ${version}, the comparison is with 0.11`, { alsoInCi: true });
}

/** An nginx in a folder of its own. */
export interface Nginx extends AsyncDisposable {
  /**
   * `http://127.0.0.1:<port>`, with pages of stub_status: `/stub_status`; `/protected`, for those whom the file `users` of
   * the folder lists, which is `prometheus:secret`; `/throttled` and `/replaced`, which are just that as long as there is
   * such a file in the folder.
   */
  readonly url: string;
  /** The same with TLS, to clients with a certificate only. */
  readonly tlsUrl: string;
  /** The same on a Unix socket. */
  readonly socket: string;
  /** Has `ca.pem`, which signed both certificates, `client.pem` and `client.key`. */
  readonly folder: string;
  /** Starts it; it can be started again after it was stopped. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it as it stands, see {@link Upstream}. */
  hang(): Promise<void>;
  goOn(): void;
}

/** Prepares an nginx that is not started yet. */
export async function prepareNginx(): Promise<Nginx> {
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-nginx-" });
  const [port, tlsPort] = [freePort(), freePort()];
  await writeCertificates(folder);
  await Deno.writeTextFile(`${folder}/users`, "prometheus:{PLAIN}secret\n");
  await Deno.writeTextFile(`${folder}/nginx.conf`, configuration(folder, port, tlsPort));
  let running: Upstream | undefined;
  async function stop(): Promise<void> {
    await running?.stop();
    running = undefined;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    tlsUrl: `https://127.0.0.1:${tlsPort}`,
    socket: `${folder}/nginx.sock`,
    folder,
    async start() {
      // One that was killed leaves its socket.
      await Deno.remove(`${folder}/nginx.sock`).catch(() => {});
      const args = ["-e", `${folder}/error.log`, "-p", folder, "-c", `${folder}/nginx.conf`];
      running = await startUpstream({ path: findProgram("nginx")!, args }, port);
    },
    stop,
    hang: async () => await running?.hang(),
    goOn: () => running?.goOn(),
    async [Symbol.asyncDispose]() {
      await stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Starts the original for a page; it ends by itself if the page cannot be had. */
export async function startOriginal(
  scrapeUri: string,
  more: readonly string[] = [],
): Promise<Upstream & { readonly url: string }> {
  const port = freePort();
  const args = [`-web.listen-address=127.0.0.1:${port}`, `-nginx.scrape-uri=${scrapeUri}`, ...more];
  const original = await startUpstream({ path: findProgram(ORIGINAL)!, args }, port);
  return { ...original, url: `http://127.0.0.1:${port}` };
}

/** One process without workers, so that a signal meets whoever answers. */
function configuration(folder: string, port: number, tlsPort: number): string {
  const locations = `
    location = /stub_status { stub_status; }
    location = /protected { auth_basic "status"; auth_basic_user_file ${folder}/users; stub_status; }
    location = /throttled { if (-f ${folder}/throttled) { set $limit_rate 10; } stub_status; }
    location = /replaced { if (-f ${folder}/replaced) { return 200 "hello"; } stub_status; }`;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
    `${name}_temp_path ${folder}/${name};`
  );
  return `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  access_log off;
  ${temporary.join("\n  ")}
  server {
    listen 127.0.0.1:${port};
    listen unix:${folder}/nginx.sock;
    ${locations}
  }
  server {
    listen 127.0.0.1:${tlsPort} ssl;
    ssl_certificate ${folder}/server.pem;
    ssl_certificate_key ${folder}/server.key;
    ssl_client_certificate ${folder}/ca.pem;
    ssl_verify_client on;
    ${locations}
  }
}
`;
}
