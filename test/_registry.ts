/** A package registry on this machine that has our tarballs, and what else is asked of it from the real one. */
import { createHash } from "node:crypto";
import type { PackageJson } from "../src/build/package_files.ts";
import { readTarball } from "../src/build/package_files.ts";
import { runToEnd } from "./_process.ts";
import { findProgram } from "./_programs.ts";
import { packedTarballs } from "./_shared.ts";

/** A registry that answers. */
export interface Registry extends AsyncDisposable {
  /** What package managers are to be given in their environment, so that they ask this one and keep nothing of it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Where tarballs are, below the address of the registry. */
const TARBALLS = "/-/tarballs/";

/** Starts a registry in which the workspace is published as it is now. */
export async function startRegistry(): Promise<Registry> {
  const upstream = await realRegistry();
  const published = new Map(
    await Promise.all((await packedTarballs()).map(async ({ name, path }) => {
      const manifest: PackageJson = JSON.parse((await readTarball(path)).get("package.json") ?? "{}");
      return [name, { manifest, bytes: await Deno.readFile(path) }] as const;
    })),
  );
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, origin } = new URL(request.url);
    const path = decodeURIComponent(pathname);
    const found = published.get(path.startsWith(TARBALLS) ? path.slice(TARBALLS.length) : path.slice(1));
    if (found === undefined) return await passOn(request, upstream);
    if (path.startsWith(TARBALLS)) return new Response(found.bytes);
    const { manifest, bytes } = found;
    const dist = {
      tarball: `${origin}${TARBALLS}${encodeURIComponent(manifest.name)}`,
      integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
      shasum: createHash("sha1").update(bytes).digest("hex"),
    };
    return Response.json({
      name: manifest.name,
      "dist-tags": { latest: manifest.version },
      versions: { [manifest.version]: { ...manifest, dist } },
    });
  });
  const folder = await Deno.makeTempDir({ prefix: "exporterkit-registry-" });
  const address = `http://127.0.0.1:${server.addr.port}/`;
  return {
    environment: {
      NPM_CONFIG_REGISTRY: address,
      BUN_CONFIG_REGISTRY: address,
      NPM_CONFIG_CACHE: `${folder}/npm`,
      BUN_INSTALL_CACHE_DIR: `${folder}/bun`,
      DENO_DIR: `${folder}/deno`,
      XDG_DATA_HOME: `${folder}/data`,
      XDG_CACHE_HOME: `${folder}/cache`,
    },
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function realRegistry(): Promise<string> {
  const { stdout } = await runToEnd({ path: findProgram("npm") ?? "npm", args: ["config", "get", "registry"] });
  return stdout.trim();
}

async function passOn({ url, headers, method }: Request, upstream: string): Promise<Response> {
  const { pathname, search } = new URL(url);
  if (method !== "GET") return new Response("this registry is only read", { status: 404 });
  const accept = headers.get("Accept") ?? "*/*";
  const { status, body, headers: answered } = await fetch(new URL(pathname.slice(1) + search, upstream), {
    headers: { Accept: accept },
  });
  const type = answered.get("Content-Type") ?? "application/json";
  return new Response(body, { status, headers: { "Content-Type": type } });
}
