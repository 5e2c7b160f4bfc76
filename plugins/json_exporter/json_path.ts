import { isObject, type Json, textOf } from "./json.ts";
import { parseTemplate, type Part, type Step } from "./path_parser.ts";
import { unquoted } from "./number.ts";

/** What should be read is not there, or is something else. */
export class UnreadableError extends Error {
  override name = "UnreadableError";
}

/**
 * A JSONPath template that was read, such as `planet-{.location}` or `{.values[?(@.state == "ACTIVE")]}`.
 */
export class JsonPath {
  /** As it was written. */
  readonly source: string;
  readonly #parts: readonly Part[];

  /** @throws {SyntaxError} If it cannot be read. */
  constructor(source: string) {
    this.source = source;
    this.#parts = parseTemplate(source);
  }

  /** Whether it is one path and nothing else, thus selects values. */
  get isSelection(): boolean {
    const [first, second] = this.#inBraces();
    return first?.kind === "path" && second === undefined;
  }

  /**
   * The values that a selection selects.
   *
   * @throws {UnreadableError} If a name or an index on the way is not there.
   */
  values(document: Json): readonly Json[] {
    const [part] = this.#inBraces();
    return part?.kind === "path" ? follow(part.steps, document) : [];
  }

  /**
   * The one value that it stands for: what it selects, or else its text.
   *
   * @throws {UnreadableError} If a name or an index on the way is not there.
   */
  value(document: Json): Json {
    const [only, second] = this.#parts;
    if (only?.kind === "path" && second === undefined) {
      const [first, ...others] = follow(only.steps, document);
      if (first !== undefined && others.length === 0) return first;
    }
    return this.text(document);
  }

  /**
   * The text that it makes; of several values, with spaces between them.
   *
   * @throws {UnreadableError} If a name or an index on the way is not there.
   */
  text(document: Json): string {
    return unquoted(textOfParts(this.#parts, document));
  }

  #inBraces(): readonly Part[] {
    return this.#parts.filter((part) => part.kind !== "text" || part.text.trim() !== "");
  }
}

function textOfParts(parts: readonly Part[], document: Json): string {
  const [only, second] = parts;
  if (only?.kind === "text" && second === undefined) return only.text;
  return parts.map((part) => {
    if (part.kind === "text") return part.text;
    const values = follow(part.steps, document);
    if (part.kind === "path") return values.map(textOf).join(" ");
    return values.map((value) => textOfParts(part.body, value)).join("");
  }).join("");
}

function follow(steps: readonly Step[], document: Json): readonly Json[] {
  return steps.reduce<readonly Json[]>((values, step) => next(step, values), [document]);
}

/** As kubectl does it: what none of the values has is an error, what some have not is left out. */
function next(step: Step, values: readonly Json[]): readonly Json[] {
  if (values.length === 0) return [];
  if (step.kind === "literal") return values.map(() => step.value);
  if (step.kind === "name") return named(step.name, values);
  if (step.kind === "index") return values.flatMap((value) => value === null ? [] : [indexed(step.index, value)]);
  const found = values.flatMap((value) => selected(step, value));
  if (step.isRecursive && found.length === 0) throw new UnreadableError(`${step.source} is not found`);
  return found;
}

function named(name: string, values: readonly Json[]): readonly Json[] {
  const found: Json[] = [];
  for (const value of values) if (isObject(value) && Object.hasOwn(value, name)) found.push(value[name]!);
  if (found.length === 0) throw new UnreadableError(`${JSON.stringify(name)} is not found`);
  return found;
}

function indexed(index: number, value: Json): Json {
  if (!Array.isArray(value)) throw new UnreadableError(`[${index}] is not found: it is no list`);
  const found: Json | undefined = value.at(index);
  if (found === undefined) throw new UnreadableError(`[${index}] is not found: there are ${value.length}`);
  return found;
}

/** A list that is `null`, as GraphQL has it, is an empty one. */
function selected({ query, source }: Step & { kind: "select" }, value: Json): readonly Json[] {
  if (value === null) return [];
  if (typeof value !== "object") throw new UnreadableError(`${source} is not found: it is no list`);
  return query.query(value as never).values() as Json[];
}
