/** PostgreSQL of versions that Debian 12 does not have: npm packages carry their programs. */
import { dirname, relative } from "node:path";
import { type Needs, needsCarriedRuntimes } from "../_programs.ts";
import { needsPostgres } from "./_postgres.ts";

/** Those of `deno.json`: wherever what PostgreSQL says of itself changed, and the oldest that is still met. */
export const CARRIED = [12, 16, 17, 18] as const;

/** Says whether they can be started: the options for `it` or `describe`. Of Debian's they need `psql` and the user. */
export function needsCarriedPostgres(): Needs {
  return { ...needsPostgres(), ...needsCarriedRuntimes() };
}

/** A folder of programs that goes away with whoever asked for it. */
export interface Programs extends AsyncDisposable {
  readonly folder: string;
}

/**
 * Copies the programs of a version to where each user may run them: PostgreSQL refuses to be root, who may be the only one
 * to see `node_modules`. The symbolic links that packages cannot carry are made there.
 */
export async function unpackPostgres(version: typeof CARRIED[number]): Promise<Programs> {
  const packaged = dirname(dirname(new URL(import.meta.resolve(`postgresql-${version}`)).pathname));
  const root = await Deno.makeTempDir({ prefix: "exporterkit-postgresql-" });
  await Deno.chmod(root, 0o755);
  const { success, stderr } = await new Deno.Command("cp", { args: ["-R", `${packaged}/native`, root] }).output();
  if (!success) throw new Error(`Cannot copy PostgreSQL ${version}: ${new TextDecoder().decode(stderr)}`);
  const links: Link[] = JSON.parse(await Deno.readTextFile(`${root}/native/pg-symlinks.json`));
  for (const { source, target } of links) {
    await Deno.symlink(relative(dirname(target), source), `${root}/${target}`);
  }
  return {
    folder: `${root}/native/bin`,
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** A symbolic link as the packages tell it: the source is what is there. */
interface Link {
  readonly source: string;
  readonly target: string;
}
