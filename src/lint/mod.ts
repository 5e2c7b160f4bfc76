/**
 * Checks what an exporter exposes against the naming conventions of Prometheus, for tests and tools.
 *
 * @module
 */
export { lint } from "./lint.ts";
export type { LintFamily, LintProblem } from "./lint.ts";
export type { LintRule } from "./rules.ts";
