import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programName } from "../../names.ts";
import type { Preset } from "../../preset.ts";
import { runProgram } from "../../programs.ts";
import { facts } from "./facts.ts";
import { findBun } from "./find_bun.ts";

/** A program reads what is around it in its working folder; an exporter has its own ways to be configured. */
const ALONE = ["--no-compile-autoload-dotenv", "--no-compile-autoload-bunfig"];

/** One executable that carries Bun. */
export default {
  async pack({ exporter, bundle }) {
    const bun = findBun();
    const { code } = await bundle(facts);
    const name = programName(exporter);
    const folder = await mkdtemp(join(tmpdir(), "exporterkit-"));
    try {
      await writeFile(join(folder, `${name}.mjs`), code);
      const args = ["build", "--compile", ...ALONE, "--outfile", name, `${name}.mjs`];
      const { success, stderr } = await runProgram(bun, args, { cwd: folder });
      if (!success) throw new Error(`Cannot compile ${name}: bun build failed:\n${stderr.trim()}`);
      const content = await readFile(join(folder, name));
      return { files: [{ path: name, content, executable: true }], start: `./${name}` };
    } finally {
      await rm(folder, { recursive: true });
    }
  },
} satisfies Preset as Preset;
