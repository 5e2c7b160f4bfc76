import { spawnSync } from "node:child_process";
import { findProgram, type Needs, skipBecause } from "../_programs.ts";

/**
 * Python's `prometheus_client`, whose OpenMetrics parser is the strictest there is: it also wants suffixes, bucket order,
 * units and uniqueness to be right.
 */
const INSTALL = "apt-get install -y python3-prometheus-client";

/** A Python that has it, or `undefined` without one. */
export const python: string | undefined = pythonWithClient();

/** Says whether there is one: the options for `it` or `describe`. */
export function needsClient(): Needs {
  return python === undefined ? skipBecause(`Python's prometheus_client not found, install with: ${INSTALL}`) : {};
}

/** Debian's package belongs to Debian's Python, which need not be the first on the PATH. */
function pythonWithClient(): string | undefined {
  const candidates = [findProgram("python3"), "/usr/bin/python3"].filter((path) => path !== undefined);
  return candidates.find((path) => spawnSync(path, ["-c", "import prometheus_client"]).status === 0);
}
