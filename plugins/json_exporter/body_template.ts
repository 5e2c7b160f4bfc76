import { templateFunctions } from "./template_functions.ts";
import { isEmpty, printed, type TemplateFunction, type TemplateValue } from "./template_values.ts";

/** What a template is rendered with. */
export interface RenderOptions {
  /** The values of each query parameter. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
}

/** A term of a command. */
type Term =
  | { readonly kind: "literal"; readonly value: TemplateValue }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "pipeline"; readonly commands: Pipeline };

/** Commands, each given what the one before it made. */
type Pipeline = readonly (readonly Term[])[];

type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "pipeline"; readonly commands: Pipeline }
  | { readonly kind: "if"; readonly condition: Pipeline; readonly then: readonly Node[]; readonly or: readonly Node[] };

const KNOWN: ReadonlySet<string> = new Set(Object.keys(templateFunctions({ now: () => 0 })));

/**
 * The body of a request as a Go template, of which this is: `{{ .parameter }}`, pipelines, `if`, `else` and `end`,
 * comments, trimming, and the functions of `template_functions.ts`.
 */
export class BodyTemplate {
  readonly #nodes: readonly Node[];
  /** Names of the query parameters that it reads. */
  readonly parameters: readonly string[];

  /** @throws {SyntaxError} If it cannot be read, or calls a function that is not there. */
  constructor(source: string) {
    const parser = new TemplateParser(source);
    this.#nodes = parser.nodes();
    this.parameters = [...parser.parameters];
  }

  /** @throws {TypeError} If a parameter is missing, or a function cannot work with what it is given. */
  render({ parameters, now }: RenderOptions): string {
    return new Renderer(parameters, templateFunctions({ now })).nodes(this.#nodes);
  }
}

class Renderer {
  readonly #parameters: RenderOptions["parameters"];
  readonly #functions: Readonly<Record<string, TemplateFunction>>;

  constructor(parameters: RenderOptions["parameters"], functions: Readonly<Record<string, TemplateFunction>>) {
    this.#parameters = parameters;
    this.#functions = functions;
  }

  nodes(nodes: readonly Node[]): string {
    return nodes.map((node) => {
      if (node.kind === "text") return node.text;
      if (node.kind === "if") return this.nodes(isEmpty(this.#pipeline(node.condition)) ? node.or : node.then);
      return this.#printed(node.commands);
    }).join("");
  }

  #printed(commands: Pipeline): string {
    const value = this.#pipeline(commands);
    if (value !== undefined) return printed(value);
    const names = namesIn(commands);
    throw new TypeError(
      names.length === 0
        ? "Cannot render the body: an action has no value"
        : `Cannot render the body: the query has no parameter ${names.join(", ")}`,
    );
  }

  #pipeline(commands: Pipeline): TemplateValue {
    let piped: TemplateValue[] = [];
    for (const [first, ...terms] of commands) {
      const args = [...terms.map((term) => this.#term(term)), ...piped];
      piped = [first!.kind === "function" ? this.#call(first!.name, args) : this.#term(first!)];
    }
    return piped[0];
  }

  #term(term: Term): TemplateValue {
    if (term.kind === "literal") return term.value;
    if (term.kind === "pipeline") return this.#pipeline(term.commands);
    if (term.kind === "function") return this.#call(term.name, []);
    return this.#parameters[term.name] ?? [];
  }

  #call(name: string, args: readonly TemplateValue[]): TemplateValue {
    try {
      return this.#functions[name]!(...args);
    } catch (error) {
      throw new TypeError(`Cannot render the body: ${name}: ${(error as Error).message}`, { cause: error });
    }
  }
}

function namesIn(commands: Pipeline): string[] {
  return commands.flat().flatMap((term) => {
    if (term.kind === "pipeline") return namesIn(term.commands);
    return term.kind === "parameter" ? [`"${term.name}"`] : [];
  });
}

/** Text, and what stands in double braces; `-` inside of them takes the white space outside away. */
const ACTION = /\{\{(- )?((?:"(?:[^"\\]|\\.)*"|`[^`]*`|(?!(?: -)?\}\})[^])*?)( -)?\}\}/g;
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|`([^`]*)`|(-?\d+(?:\.\d+)?)|(\.[\w-]*)|([A-Za-z_]\w*)|([|()]))/y;

class TemplateParser {
  readonly #pieces: readonly { readonly text?: string; readonly action?: string }[];
  #at = 0;
  readonly parameters = new Set<string>();

  constructor(source: string) {
    this.#pieces = piecesOf(source);
  }

  nodes(): readonly Node[] {
    const { nodes, end } = this.#block();
    if (end !== undefined) throw fault(`{{ ${end} }} has no {{ if }}`);
    return nodes;
  }

  /** Nodes up to the end, or to what closes an `if` or begins its other side. */
  #block(): { readonly nodes: readonly Node[]; readonly end: string | undefined } {
    const nodes: Node[] = [];
    for (let piece = this.#pieces[this.#at++]; piece !== undefined; piece = this.#pieces[this.#at++]) {
      const { text, action = "" } = piece;
      if (text !== undefined) nodes.push({ kind: "text", text });
      else if (action === "end" || /^else\b/.test(action)) return { nodes, end: action };
      else if (/^if\s/.test(action)) nodes.push(this.#if(action.slice(2)));
      else if (!/^\/\*[^]*\*\/$/.test(action)) nodes.push({ kind: "pipeline", commands: this.#pipeline(action) });
    }
    return { nodes, end: undefined };
  }

  #if(condition: string): Node {
    const then = this.#block();
    const or = this.#otherwise(then.end);
    return { kind: "if", condition: this.#pipeline(condition), then: then.nodes, or };
  }

  #otherwise(end: string | undefined): readonly Node[] {
    if (end === "end") return [];
    if (end === undefined) throw fault("{{ if }} has no {{ end }}");
    const [, condition] = /^else\s+if\s(.*)$/s.exec(end) ?? [];
    if (condition !== undefined) return [this.#if(condition)];
    if (end !== "else") throw fault(`{{ ${end} }} is not known`);
    const other = this.#block();
    if (other.end !== "end") throw fault("{{ else }} has no {{ end }}");
    return other.nodes;
  }

  #pipeline(action: string): Pipeline {
    const tokens = tokensOf(action);
    const commands = this.#commands(tokens);
    if (tokens.length > 0) throw fault(`{{ ${action} }} has a parenthesis too many`);
    return commands;
  }

  #commands(tokens: RegExpExecArray[]): Pipeline {
    const commands: Term[][] = [[]];
    for (let token = tokens[0]; token !== undefined && token[6] !== ")"; token = tokens[0]) {
      tokens.shift();
      if (token[6] === "|") commands.push([]);
      else if (token[6] === "(") {
        commands.at(-1)!.push({ kind: "pipeline", commands: this.#commands(tokens) });
        if (tokens.shift() === undefined) throw fault("a parenthesis is not closed");
      } else commands.at(-1)!.push(this.#term(token));
    }
    for (const [first, ...others] of commands) {
      if (first === undefined) throw fault("an action, or what stands beside a |, is empty");
      if (first.kind !== "function" && others.length > 0) throw fault("something that is no function has arguments");
    }
    if (commands.slice(1).some(([first]) => first!.kind !== "function")) throw fault("expected a function behind a |");
    return commands;
  }

  #term([all, quoted, raw, number, parameter, word]: RegExpExecArray): Term {
    if (quoted !== undefined) return { kind: "literal", value: JSON.parse(quoted) };
    if (raw !== undefined) return { kind: "literal", value: raw };
    if (number !== undefined) return { kind: "literal", value: Number(number) };
    if (parameter !== undefined) {
      if (parameter === ".") throw fault("expected the name of a query parameter behind the dot");
      this.parameters.add(parameter.slice(1));
      return { kind: "parameter", name: parameter.slice(1) };
    }
    if (word === "true" || word === "false") return { kind: "literal", value: word === "true" };
    if (word !== undefined && KNOWN.has(word)) return { kind: "function", name: word };
    throw fault(`function ${all.trim()} is not known, expected one of ${[...KNOWN].sort().join(", ")}`);
  }
}

function piecesOf(source: string): { readonly text?: string; readonly action?: string }[] {
  const pieces: { text?: string; action?: string }[] = [];
  let from = 0;
  let trims = false;
  const addText = (text: string, trimsEnd: boolean) => {
    const start = trims ? text.trimStart() : text;
    const trimmed = trimsEnd ? start.trimEnd() : start;
    if (trimmed.includes("{{")) throw fault("an action is not closed");
    if (trimmed !== "") pieces.push({ text: trimmed });
  };
  for (const match of source.matchAll(ACTION)) {
    const [all, trimsBefore, action, trimsAfter] = match;
    addText(source.slice(from, match.index), trimsBefore !== undefined);
    pieces.push({ action: action!.trim() });
    from = match.index + all.length;
    trims = trimsAfter !== undefined;
  }
  addText(source.slice(from), false);
  return pieces;
}

function tokensOf(action: string): RegExpExecArray[] {
  const tokens: RegExpExecArray[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < action.length) {
    const from = TOKEN.lastIndex;
    const token = TOKEN.exec(action);
    if (token === null) throw fault(`${JSON.stringify(action.slice(from).trim())} cannot be read`);
    tokens.push(token);
  }
  return tokens;
}

function fault(what: string): SyntaxError {
  return new SyntaxError(`Cannot read the template: ${what}`);
}
