import type { Description } from "../model/description.ts";
import { isLegacyLabelName, isLegacyMetricName } from "../model/names.ts";
import { openMetricsFamilies, type OpenMetricsFamily } from "./_open_metrics_family.ts";
import { escapeLabelName, escapeName } from "./escape_name.ts";
import type { Escaping } from "./negotiate.ts";

/** The names of a family as one escaping scheme writes them. */
export interface Naming {
  /** The family's name. */
  readonly name: string;
  /** Its label names, in declared order. */
  readonly labelNames: readonly string[];
  /** The label that carries the states of a state set: its name, which as a label's may have no colon. */
  readonly stateLabel: string;
  /** Tells namings of one family apart; those that write the same names have the same key. */
  readonly key: string;
  /** What OpenMetrics calls the family, which depends on all families of the exposition. */
  openMetrics(): OpenMetricsFamily;
}

type Names = Omit<Naming, "openMetrics">;

/** Expositions mostly have the families that they had before: the namer of each escaping, by the first of its families. */
const namers = new WeakMap<Description, Map<Escaping, Namer>>();

/**
 * The namer of an exposition: the one of the exposition before, if that had the same families.
 *
 * @param descriptions All families of the exposition, those without series too: a name must not change with them.
 */
export function namerOf(escaping: Escaping, descriptions: readonly Description[]): Namer {
  const [first] = descriptions;
  if (first === undefined) return new Namer(escaping, descriptions);
  let known = namers.get(first);
  if (known === undefined) namers.set(first, known = new Map());
  let namer = known.get(escaping);
  if (!namer?.isOf(descriptions)) known.set(escaping, namer = new Namer(escaping, descriptions));
  return namer;
}

/** Names the families of one exposition, so that no two get the same name by being escaped. */
class Namer {
  readonly #escaping: Escaping;
  readonly #descriptions: readonly Description[];
  readonly #taken: Set<string>;
  readonly #named = new Map<string, Names>();
  readonly #namings = new Map<Description, Naming>();
  #openMetrics: ReadonlyMap<string, OpenMetricsFamily> | undefined;

  constructor(escaping: Escaping, descriptions: readonly Description[]) {
    this.#escaping = escaping;
    this.#descriptions = descriptions;
    this.#taken = new Set(descriptions.map(({ name }) => name).filter(isLegacyMetricName));
    for (const description of descriptions) {
      const names = this.#namesOf(description);
      this.#namings.set(description, { ...names, openMetrics: () => this.#openMetricsFamily(names.name) });
    }
  }

  /** Whether it is that of an exposition with these families. */
  isOf(descriptions: readonly Description[]): boolean {
    return descriptions.length === this.#descriptions.length &&
      descriptions.every((description, i) => description === this.#descriptions[i]);
  }

  /** The names of a family; the same object each time. */
  name(description: Description): Naming {
    return this.#namings.get(description)!;
  }

  /** One whose escaped name is taken is escaped by values, which never collides. */
  #namesOf(description: Description): Names {
    const { name, labelNames } = description;
    if (isLegacy(description)) return { name, labelNames, stateLabel: name, key: "" };
    const known = this.#named.get(description.name);
    if (known !== undefined) return { ...known, labelNames: namesOf(description, this.#escaping).labelNames };
    let names = namesOf(description, this.#escaping);
    if (!isLegacyMetricName(description.name) && this.#taken.has(names.name)) names = namesOf(description, "values");
    this.#taken.add(names.name);
    this.#named.set(description.name, names);
    return names;
  }

  #openMetricsFamily(name: string): OpenMetricsFamily {
    this.#openMetrics ??= openMetricsFamilies(
      this.#descriptions.map((description) => {
        const { name, stateLabel } = this.#namesOf(description);
        return { description, name, stateLabel };
      }),
    );
    return this.#openMetrics.get(name)!;
  }
}

function namesOf(description: Description, escaping: Escaping): Names {
  const { labelNames } = description;
  const name = isLegacyMetricName(description.name) ? description.name : escapeName(description.name, escaping);
  return {
    name,
    stateLabel: escapeLabelName(name, escaping),
    labelNames: escapedLabels(labelNames, escaping),
    key: escaping,
  };
}

/**
 * The names of labels that stand together, escaped. One whose escaped name another label has is escaped by values: a name
 * twice in one series or exemplar fails the scrape.
 */
export function escapedLabels(names: readonly string[], escaping: Escaping): string[] {
  const escaped = names.map((name) => escapeLabelName(name, escaping));
  const isTwice = (label: string) => escaped.indexOf(label) !== escaped.lastIndexOf(label);
  return escaped.map((label, i) => isTwice(label) ? escapeLabelName(names[i]!, "values") : label);
}

function isLegacy({ name, labelNames, type }: Description): boolean {
  const isLegacyName = type === "stateset" ? isLegacyLabelName : isLegacyMetricName;
  return isLegacyName(name) && labelNames.every(isLegacyLabelName);
}

/** A family name as `TYPE` and `HELP` lines have it. */
export function nameToken(name: string): string {
  return isLegacyMetricName(name) ? name : `"${escapeText(name)}"`;
}

/** A label name as sample lines have it. */
export function labelToken(name: string): string {
  return isLegacyLabelName(name) ? name : `"${escapeText(name)}"`;
}

/** What begins a sample line with labels; they follow, each with a comma between, then `}`. */
export function sampleStart(name: string): string {
  return isLegacyMetricName(name) ? `${name}{` : `{"${escapeText(name)}",`;
}

/** A sample's name where no labels follow. */
export function bareSample(name: string): string {
  return isLegacyMetricName(name) ? name : `{"${escapeText(name)}"}`;
}

/** Label values and quoted names escape the backslash, the line feed and the double quote, in every text format. */
export function escapeText(text: string): string {
  return /[\\\n"]/.test(text) ? text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"') : text;
}
