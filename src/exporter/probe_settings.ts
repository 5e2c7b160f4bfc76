import type { Description } from "../model/description.ts";
import { spelledHost } from "../network/guard.ts";
import { HostRules } from "../network/host_rules.ts";
import { type HostPort, readTarget } from "../network/target.ts";
import { NameOwners } from "./family_set.ts";
import type { AuthModule, ProbeDefinition } from "./probe_definition.ts";
import { type ListedTarget, ProbeError, type ProbeRequest } from "./prober.ts";

/** Definition of any probe, whatever its settings, modules and resources are. */
// deno-lint-ignore no-explicit-any
export type AnyProbe = ProbeDefinition<any, any, any, any, any, any>;

/** The module of requests that name none, unless the definition says another. */
const DEFAULT_MODULE = "default";

/** What a request asks for, found. */
export interface Found {
  readonly target: string;
  /** Where the target is. */
  readonly where: HostPort;
  readonly module: string | undefined;
  readonly authModule: string | undefined;
}

/** What settings and flags say about probes, read once. */
export class ProbeSettings {
  /** The exporter's settings, validated. */
  readonly values: unknown;
  /** The modules; `undefined` where there are none to choose from. */
  readonly modules: Readonly<Record<string, unknown>> | undefined;
  readonly authModules: Readonly<Record<string, AuthModule>>;
  readonly targets: readonly ListedTarget[];
  /** What may be connected to although it would be closed: what flags say, and the listed targets. */
  readonly open: readonly HostRules[];
  /** What is wrong, one line each. */
  readonly problems: readonly string[];
  readonly #authHosts = new Map<string, HostRules>();
  readonly #defaultModule: string;

  constructor(definition: AnyProbe, values: unknown, allow: readonly string[]) {
    this.values = values;
    this.#defaultModule = definition.defaultModule ?? DEFAULT_MODULE;
    const problems: string[] = [];
    const read = <Value>(what: string, start: () => Value): Value[] => {
      try {
        return [start()];
      } catch (error) {
        problems.push(`${what}: ${(error as Error).message}`);
        return [];
      }
    };
    this.modules = definition.modules?.(values);
    this.authModules = definition.authModules?.(values) ?? {};
    const targets = definition.targets?.(values) ?? [];
    this.targets = targets.map((target) => typeof target === "string" ? { target } : target);
    const allowed = allow.flatMap((rule) => read("Setting probe.allow", () => new HostRules([rule])));
    for (const [name, { hosts }] of Object.entries(this.authModules)) {
      for (const rules of read(`Auth module "${name}"`, () => new HostRules(hosts))) this.#authHosts.set(name, rules);
    }
    for (const [name, module] of Object.entries(this.modules ?? {})) {
      read(`Module "${name}"`, () => checkTogether(definition, definition.collectorsOf?.(module) ?? []));
    }
    const found = problems.length > 0
      ? []
      : this.targets.flatMap((target, i) => read(`Target ${i + 1} of the settings`, () => this.select(target)));
    this.open = [
      ...allowed,
      ...found.flatMap(({ where }) => where.port === undefined ? [] : [new HostRules([spelledHost(where)])]),
    ];
    this.problems = problems;
  }

  /** Finds what a request asks for. @throws {ProbeError} If there is no such thing, or the auth module is not for it. */
  select(request: ProbeRequest): Found {
    const { target = "" } = request;
    if (target === "") throw new ProbeError("unknown", 'Cannot probe: parameter "target" is missing');
    const module = this.#moduleOf(request);
    const authModule = request.authModule === "" ? undefined : request.authModule;
    if (authModule !== undefined && !Object.hasOwn(this.authModules, authModule)) {
      throw unknown("auth module", authModule, Object.keys(this.authModules));
    }
    const where = whereIs(target);
    const hosts = authModule === undefined ? undefined : this.authHosts(authModule);
    if (hosts !== undefined && !hosts.hasHost(where)) {
      throw new ProbeError(
        "forbidden",
        `Cannot probe ${JSON.stringify(target)}: auth module ${
          JSON.stringify(authModule)
        } does not list it among its hosts`,
      );
    }
    return { target, where, module, authModule };
  }

  /** Where an auth module may be sent. */
  authHosts(authModule: string): HostRules | undefined {
    return this.#authHosts.get(authModule);
  }

  #moduleOf({ module = "", target }: ProbeRequest): string | undefined {
    const names = Object.keys(this.modules ?? {});
    if (module !== "") {
      if (names.includes(module)) return module;
      throw unknown("module", module, names);
    }
    if (this.modules === undefined) return undefined;
    const [only, second] = names;
    if (names.includes(this.#defaultModule)) return this.#defaultModule;
    if (only !== undefined && second === undefined) return only;
    throw new ProbeError(
      "unknown",
      `Cannot probe ${JSON.stringify(target)}: parameter "module" is missing, expected ${oneOf(names)}`,
    );
  }
}

/** Collectors that are never in one probe may declare the same metrics. */
function checkTogether({ collectors }: AnyProbe, names: readonly string[]): void {
  const owners = new NameOwners();
  for (const name of names) {
    if (!Object.hasOwn(collectors, name)) throw new TypeError(`It wants collector "${name}", which is not there`);
    for (const description of Object.values<Description>(collectors[name]!.metrics ?? {})) {
      owners.claim(name, description);
    }
  }
}

function whereIs(target: string): HostPort {
  try {
    return readTarget(target);
  } catch (error) {
    throw new ProbeError("unknown", (error as Error).message, { cause: error });
  }
}

function unknown(what: string, name: string, known: readonly string[]): ProbeError {
  return new ProbeError("unknown", `Unknown ${what} ${JSON.stringify(name)}, expected ${oneOf(known)}`);
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? "none: there are none" : `one of ${names.join(", ")}`;
}
