import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Artifact, ARTIFACT_FILE } from "./artifact.ts";
import type { ArtifactFile } from "./preset.ts";

/**
 * Writes an artifact, in place of an earlier one: first beside it, so that there is never half of one.
 *
 * @throws {Error} If there is a folder that holds something else.
 */
export async function writeArtifact(folder: string, artifact: Artifact, files: readonly ArtifactFile[]): Promise<void> {
  const present = await namesIn(folder);
  const [other] = present;
  if (other !== undefined && !present.includes(ARTIFACT_FILE)) {
    throw new Error(
      `Cannot write the artifact to ${folder}: it holds other things (${other}); empty it, or choose another --out`,
    );
  }
  const draft = `${folder}.part`;
  await rm(draft, { recursive: true, force: true });
  const all = [...files, { path: ARTIFACT_FILE, content: `${JSON.stringify(artifact, null, 2)}\n` }];
  for (const { path, content, executable } of all) {
    const target = join(draft, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content, { mode: executable ? 0o755 : 0o644 });
  }
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return [];
    throw error;
  }
}
