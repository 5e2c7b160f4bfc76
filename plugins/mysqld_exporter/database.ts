/** One value of an answer as the server wrote it; `null` is SQL's NULL. */
export type Cell = string | null;

/** The answer to a statement. */
export interface Table {
  /** Names of the columns, as the server spells them. */
  readonly columns: readonly string[];
  /** The rows, each with one cell per column. */
  readonly rows: readonly (readonly Cell[])[];
}

/** How a statement is asked. */
export interface QueryOptions {
  /** Aborted when nobody waits for the answer any more: the statement is ended at the server too. */
  readonly signal: AbortSignal;
  /** What stands for each `?` of the statement. @default none */
  readonly values?: readonly (string | number)[];
}

/** A MySQL or MariaDB server, as the collectors see it. */
export interface Database {
  /**
   * Sends one statement and reads its whole answer.
   *
   * @throws {Error} If the server refuses it, with the server's word for it as `code`, such as `ER_PARSE_ERROR`; or if the
   * server cannot be reached.
   */
  query(sql: string, options: QueryOptions): Promise<Table>;
  /** Asks for a sign of life. */
  ping(signal: AbortSignal): Promise<void>;
  /** Gives all connections back. */
  close(): Promise<void>;
}

/** Whether an error is the one that the server calls so. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return codes.includes(String((error as { readonly code?: unknown } | undefined)?.code));
}
