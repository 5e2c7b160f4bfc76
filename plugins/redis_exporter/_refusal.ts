import { codeOf, type Command, RefusedError } from "./redis.ts";

/** Commands whose first argument is a command too, and whose rights are given one by one. */
const CONTAINERS: ReadonlySet<string> = new Set([
  "CLIENT",
  "CLUSTER",
  "CONFIG",
  "LATENCY",
  "MEMORY",
  "SENTINEL",
  "SLOWLOG",
  "XINFO",
]);

/** What to say of an error with which Redis answered a command: what was not done, why, and what helps. */
export function refusal(command: Command, answer: string, user: string | undefined): RefusedError {
  const name = nameOf(command);
  const message = codeOf(answer) === "NOPERM"
    ? `Redis does not let user "${user ?? "default"}" run ${name}: ${answer}; ${remedy(command, answer, user)}`
    : `Redis refuses ${name}: ${answer}`;
  return new RefusedError(message, answer);
}

/** What to say of an error with which Redis answered AUTH. */
export function loginRefusal(answer: string, user: string | undefined): RefusedError {
  const who = user === undefined ? "" : ` of user "${user}"`;
  const message = /without any password configured|no password is set/i.test(answer)
    ? `Redis has no password, but one was given: ${answer}; leave --redis.password out`
    : `Redis refuses the password${who}: ${answer}`;
  return new RefusedError(message, answer, "unauthenticated");
}

/** Whether an error is not about a command: Redis says it to a client that it does not want, and closes the connection. */
export function isRejection(answer: string): boolean {
  return /^ERR max number of clients|^DENIED /.test(answer);
}

/** What to say of an error with which Redis turned a client away. */
export function rejection(shown: string, answer: string): RefusedError {
  return new RefusedError(`Redis at ${shown} turns clients away: ${answer}`, answer);
}

/** What to say when Redis wants a password and there is none. */
export function loginNeeded(answer: string): RefusedError {
  const message =
    `Redis wants a password: ${answer}; give it with --redis.password, --redis.password-file or REDIS_PASSWORD`;
  return new RefusedError(message, answer);
}

function remedy([name, ...args]: Command, answer: string, user: string | undefined): string {
  // The rights are those to the keys then, not to the command.
  if (/access.*keys?\b/i.test(answer)) return `grant the key with ACL SETUSER ${user ?? "default"} ~<pattern>`;
  const words = CONTAINERS.has(name.toUpperCase()) ? [name, ...args.slice(0, 1)] : [name];
  const right = words.join("|").toLowerCase();
  return `grant it with ACL SETUSER ${user ?? "default"} +${right}, or switch this collector off`;
}

function nameOf([name, ...args]: Command): string {
  return CONTAINERS.has(name.toUpperCase()) ? [name, ...args.slice(0, 1)].join(" ") : name;
}
