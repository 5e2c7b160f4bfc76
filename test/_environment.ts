/** Environment variables by which `run.ts` reaches the test files; all unset under a plain `deno test`. */

/** The file in which the runner collects why tests were skipped. */
export const SKIP_LOG_VARIABLE = "EXPORTERKIT_TEST_SKIP_LOG";

/** The folder that test files share during a run; the runner removes it afterwards. */
export const SHARED_FOLDER_VARIABLE = "EXPORTERKIT_TEST_FOLDER";
