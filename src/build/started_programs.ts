import type { Exporter } from "../exporter/definition.ts";

/** What a program needs that an exporter starts, where next to nothing is allowed. */
export interface StartedProgram {
  readonly name: string;
  /** The package of Debian that has it. */
  readonly debianPackage: string;
  /** What it takes to start and use it as a user who is not root. */
  readonly capability: string;
  /** What a network namespace has to say for that to work without the capability, given the group that starts it. */
  readonly sysctl: (group: number) => readonly [name: string, value: string];
}

/** Those that are known. */
const KNOWN: readonly StartedProgram[] = [{
  name: "ping",
  debianPackage: "iputils-ping",
  capability: "CAP_NET_RAW",
  sysctl: (group) => ["net.ipv4.ping_group_range", `${group} ${group}`],
}];

/** The programs that an exporter starts: what is known of them, and the names of the others. */
export function startedPrograms(
  { permissions: { run = [] } = {} }: Exporter,
): { readonly known: readonly StartedProgram[]; readonly others: readonly string[] } {
  const nameOf = (program: string) => program.slice(program.lastIndexOf("/") + 1);
  const names = new Set(run.map(nameOf));
  return {
    known: KNOWN.filter(({ name }) => names.has(name)),
    others: run.filter((program) => !KNOWN.some(({ name }) => name === nameOf(program))),
  };
}
