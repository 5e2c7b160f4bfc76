/** Projects in which npm installed the packed drop-in for prom-client, and the programs of `testdata/` in them. */
import { findProgram, needsProgram } from "../_programs.ts";
import { type Project, projectOf } from "../_shared.ts";

/** What every test of an installed project needs. */
export const npm = needsProgram(["node", "npm"], "https://nodejs.org/en/download");

/** The last that can resolve packages as most projects do, and the newest. */
const COMPILERS = { "typescript-5": "npm:typescript@~5.9.0", "typescript-7": "npm:typescript@^7.0.2" };

/** The packages that ask for prom-client as a peer, and what they serve with. */
const DEPENDENTS = {
  express: "^5.1.0",
  "express-prom-bundle": "^8.0.0",
  hono: "^4.13.19",
  "@hono/node-server": "^2.1.8",
  "@hono/prometheus": "^1.0.3",
};

/** A TypeScript compiler that is installed in the projects. */
export type Compiler = keyof typeof COMPILERS;

/** An empty project in which only the drop-in was installed, with compilers to check its types. */
export async function emptyProject(): Promise<Project> {
  return await projectOf("drop-in-empty", (tarballs) => ({
    dependencies: {
      "@exporterkit/core": tarballs["@exporterkit/core"],
      "@exporterkit/prom-client": tarballs["@exporterkit/prom-client"],
    },
    devDependencies: COMPILERS,
  }));
}

/** Dependents of prom-client, and only an override that says what npm installs as the peer they ask for. */
export async function overriddenProject(): Promise<Project> {
  return await projectOf("drop-in-override", (tarballs) => ({
    dependencies: { "@exporterkit/core": tarballs["@exporterkit/core"], ...DEPENDENTS },
    devDependencies: COMPILERS,
    overrides: { "prom-client": `file:${tarballs["@exporterkit/prom-client"]}` },
  }));
}

/**
 * Dependents of prom-client, and an alias as the readme of the package says. It takes an override too, since dependents
 * ask for a version that is not ours.
 */
export async function aliasedProject(): Promise<Project> {
  return await projectOf("drop-in-alias", (tarballs) => ({
    dependencies: {
      "@exporterkit/core": tarballs["@exporterkit/core"],
      "prom-client": `file:${tarballs["@exporterkit/prom-client"]}`,
      ...DEPENDENTS,
    },
    overrides: { "prom-client": "$prom-client" },
  }));
}

/** How Node runs a program of `testdata/` in a project: a copy there, since a program finds the packages beside it. */
export async function nodeProgram(file: string, { folder }: Project) {
  await Deno.copyFile(new URL(`testdata/${file}`, import.meta.url), `${folder}/${file}`);
  return { path: findProgram("node") ?? "node", args: [file], cwd: folder };
}
