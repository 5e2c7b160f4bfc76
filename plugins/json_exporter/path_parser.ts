import { compile, type JSONPathQuery } from "json-p3";

/** One step of a path. What selects several values is a query of RFC 9535, for each value that the step begins with. */
export type Step =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "select"; readonly query: JSONPathQuery; readonly source: string; readonly isRecursive: boolean }
  | { readonly kind: "literal"; readonly value: string | number | boolean };

/** A piece of a template. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "path"; readonly steps: readonly Step[] }
  | { readonly kind: "range"; readonly steps: readonly Step[]; readonly body: readonly Part[] };

/** What ends a name. */
const TERMINATORS = new Set([" ", "\t", "\r", "\n", ".", ",", "[", "]", "$", "@", "{", "}"]);

/**
 * Parses a JSONPath template as kubectl has it: text with paths in braces, `planet-{.location}`.
 *
 * Paths follow the names of objects without `$`, and white space does not matter. `{range .items[*]}...{end}` repeats what
 * is in between. Filters may be all that RFC 9535 knows beyond kubectl's one comparison.
 *
 * @throws {SyntaxError} If it cannot be read, with the position.
 */
export function parseTemplate(text: string): readonly Part[] {
  return new Parser(text).parts({ inRange: false });
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parts({ inRange }: { readonly inRange: boolean }): Part[] {
    const parts: Part[] = [];
    for (;;) {
      const brace = this.#text.indexOf("{", this.#at);
      const text = this.#text.slice(this.#at, brace === -1 ? undefined : brace);
      if (text !== "") parts.push({ kind: "text", text });
      if (brace === -1) {
        if (inRange) throw this.#fault("{range} has no {end}");
        return parts;
      }
      this.#at = brace + 1;
      const { word, steps } = this.#action("}");
      if (word === "end") {
        if (!inRange) throw this.#fault("{end} has no {range}");
        return parts;
      }
      if (word === "range") parts.push({ kind: "range", steps, body: this.parts({ inRange: true }) });
      else parts.push({ kind: "path", steps });
    }
  }

  /** The steps up to a closing brace, or to the end of what a filter compares. */
  #action(end: "}" | undefined): { readonly word: string | undefined; readonly steps: Step[] } {
    const steps: Step[] = [];
    let word: string | undefined;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === end) {
        this.#at++;
        return { word, steps };
      }
      if (character === undefined) throw this.#fault("a brace is not closed");
      if (/[\s@$]/.test(character)) this.#at++;
      else if (this.#text.startsWith("..", this.#at)) steps.push(this.#recursive());
      else if (character === ".") {
        this.#at++;
        steps.push(...this.#field());
      } else if (character === "[") steps.push(...this.#bracket());
      else if (character === '"' || character === "'") steps.push({ kind: "literal", value: this.#quoted() });
      else if (/[\d+-]/.test(character)) steps.push({ kind: "literal", value: this.#number() });
      else if (/[\p{L}_]/u.test(character)) {
        const identifier = this.#name();
        if (identifier === "true" || identifier === "false") {
          steps.push({ kind: "literal", value: identifier === "true" });
        } else if ((identifier === "range" || identifier === "end") && word === undefined && steps.length === 0) {
          word = identifier;
        } else throw this.#fault(`"${identifier}" stands alone, names begin with a dot`);
      } else throw this.#fault(`${JSON.stringify(character)} is not expected here`);
    }
  }

  #field(): Step[] {
    const name = this.#name();
    if (name === "*") return [selection("[*]", ".*")];
    // `{.}` is the value itself.
    return name === "" ? [] : [{ kind: "name", name }];
  }

  /** A name up to what cannot belong to one; a backslash takes that from the next character. */
  #name(): string {
    let name = "";
    for (; this.#at < this.#text.length; this.#at++) {
      let character = this.#text[this.#at]!;
      if (character === "\\") character = this.#text[++this.#at] ?? "";
      else if (TERMINATORS.has(character)) break;
      name += character;
    }
    return name;
  }

  #recursive(): Step {
    const from = this.#at;
    this.#at += 2;
    if (this.#text[this.#at] === "[") {
      const selectors = `..${this.#selectors()}`;
      return this.#selection(selectors, this.#text.slice(from, this.#at));
    }
    const name = this.#name();
    if (name === "") throw this.#fault("expected a name after ..");
    return selection(name === "*" ? "..[*]" : `..[${JSON.stringify(name)}]`, this.#text.slice(from, this.#at));
  }

  #bracket(): Step[] {
    const from = this.#at;
    const selectors = this.#selectors();
    const source = this.#text.slice(from, this.#at);
    const index = /^\[(-?\d+)\]$/.exec(selectors)?.[1];
    if (index !== undefined) return [{ kind: "index", index: Number(index) }];
    const name = /^\["(?:[^"\\]|\\.)*"\]$/.test(selectors) ? JSON.parse(selectors)[0] as string : undefined;
    if (name !== undefined) return [{ kind: "name", name }];
    return [this.#selection(selectors, source)];
  }

  #selection(selectors: string, source: string): Step {
    try {
      return selection(selectors, source);
    } catch (error) {
      throw this.#fault(`${source} cannot be read: ${(error as Error).message}`);
    }
  }

  /** What stands in brackets, as RFC 9535 spells it. */
  #selectors(): string {
    if (this.#text.startsWith("[?(", this.#at)) return this.#filter();
    const [all, inside = ""] = /^\[((?:'[^']*'|"[^"]*"|[^\]'"\n])*)\]/.exec(this.#text.slice(this.#at)) ?? [];
    if (all === undefined) throw this.#fault("a bracket is not closed");
    this.#at += all.length;
    const selectors = inside.split(/,(?=(?:[^']*'[^']*')*[^']*$)/).map((selector) => selector.trim());
    return `[${selectors.map((selector) => this.#selector(selector)).join(",")}]`;
  }

  #selector(text: string): string {
    const [, quoted] = /^'([^']*)'$/.exec(text) ?? [];
    if (quoted !== undefined) return JSON.stringify(quoted.replaceAll("\\", ""));
    if (/^"[^"]*"$/.test(text)) return text;
    if (text === "*" || /^-?\d+$/.test(text) || /^(?:-?\d*)(?::-?\d*){1,2}$/.test(text)) return text;
    throw this.#fault(`[${text}] is no index, slice or name in quotes`);
  }

  #filter(): string {
    const from = this.#at;
    let depth = 0;
    let quote = "";
    for (this.#at += 2; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at]!;
      if (quote !== "") {
        if (character === "\\") this.#at++;
        else if (character === quote) quote = "";
      } else if (character === '"' || character === "'") quote = character;
      else if (character === "(") depth++;
      else if (character === ")" && --depth === 0) break;
    }
    if (this.#text.slice(this.#at, this.#at + 2) !== ")]") throw this.#fault("a filter is not closed with )]");
    const condition = this.#text.slice(from + 3, this.#at);
    this.#at += 2;
    return `[?(${comparison(condition) ?? condition})]`;
  }

  #quoted(): string {
    const [all] = /^(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/.exec(this.#text.slice(this.#at)) ?? [];
    if (all === undefined) throw this.#fault("a quote is not closed");
    this.#at += all.length;
    return unescaped(all.slice(1, -1));
  }

  #number(): number {
    const [all = ""] = /^[+-]?[\d.]*/.exec(this.#text.slice(this.#at)) ?? [];
    if (!/\d/.test(all) || Number.isNaN(Number(all))) throw this.#fault(`"${all}" is no number`);
    this.#at += all.length;
    return Number(all);
  }

  /** One side of a comparison, as RFC 9535 spells it; `undefined` if kubectl could not read it. */
  static side(text: string): string | undefined {
    const parser = new Parser(text);
    try {
      const { word, steps } = parser.#action(undefined);
      const [first] = steps;
      if (word !== undefined) return undefined;
      if (first?.kind === "literal") return steps.length === 1 ? JSON.stringify(first.value) : undefined;
      const spelled = steps.map(spelledStep);
      return spelled.includes(undefined) ? undefined : `@${spelled.join("")}`;
    } catch {
      return undefined;
    }
  }

  #fault(what: string): SyntaxError {
    return new SyntaxError(`Cannot read JSONPath ${JSON.stringify(this.#text)}: ${what}, at character ${this.#at + 1}`);
  }
}

/** kubectl's one comparison, in which names need no quotes and `$` is the item too; `undefined` if it is something else. */
function comparison(condition: string): string | undefined {
  const [, left, operator, right] = /^([^!<>=]+)(==|!=|<=?|>=?)([^!<>=].*)$/s.exec(condition) ?? [];
  if (left === undefined) return Parser.side(condition);
  const sides = [Parser.side(left), Parser.side(right!)];
  return sides.includes(undefined) ? undefined : sides.join(operator);
}

function spelledStep(step: Step): string | undefined {
  if (step.kind === "name") return `[${JSON.stringify(step.name)}]`;
  return step.kind === "index" ? `[${step.index}]` : undefined;
}

function selection(selectors: string, source: string): Step {
  return { kind: "select", query: compile(`$${selectors}`), source, isRecursive: selectors.startsWith("..") };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" };

/** Backslashes as Go's quoted texts have them. */
function unescaped(text: string): string {
  return text.replace(
    /\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|(.))/gs,
    (_, four, two, one) => one === undefined ? String.fromCharCode(parseInt(four ?? two, 16)) : ESCAPES[one] ?? one,
  );
}
