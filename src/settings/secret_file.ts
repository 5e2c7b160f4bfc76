import type { Given, Problem } from "./given.ts";
import { Secret, type SecretSource } from "./secret.ts";

/** Reads a file that holds a secret. Throws if it cannot. */
export type FileReader = (path: string) => string;

/**
 * A secret that a file holds. The file is read again whenever the secret is, and now, so that nobody finds out later that
 * it cannot be.
 */
export function readSecretFile(
  path: readonly string[],
  file: string,
  options: { readonly origin: string; readonly readFile: FileReader },
): Given | Problem {
  const { origin, readFile } = options;
  const source: SecretSource = () => readFile(file).trim();
  try {
    source();
  } catch (error) {
    return `${origin}: cannot read the secret: ${(error as Error).message}`;
  }
  return { path, value: new Secret(source), origin };
}
