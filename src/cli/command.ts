/** A command of `exporterkit`. */
export interface Command {
  /** What it does, in one line. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  /**
   * Does it.
   *
   * @param args What follows its name on the command line.
   * @returns The exit status, 0 or 1.
   * @throws {UsageError} If the arguments are wrong: exit status 2.
   * @throws {Error} If it cannot be done: exit status 1.
   */
  run(args: readonly string[]): Promise<number>;
}

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override name = "UsageError";
}
