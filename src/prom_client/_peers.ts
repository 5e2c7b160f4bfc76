import type { Answer } from "./_answer.ts";
import { aggregate } from "./aggregate.ts";
import { type MetricJson, seriesKey } from "./aggregators.ts";
import type { RegistryContentType } from "./content_types.ts";
import { isInTime } from "./_deadline.ts";
import { Registry } from "./registry.ts";

/** What {@link Peers} are asked with, and what is done about those that do not answer. */
export interface PeersOptions {
  /** Told of each peer that let a deadline pass. */
  readonly onSilent?: (peer: string) => void;
}

/** How the answers become a text. */
export interface TextOptions {
  readonly contentType: RegistryContentType;
  /** How long answers are waited for. */
  readonly timeoutMs: number;
  /** The metrics of whoever asks, if they belong in the text. */
  readonly own?: Promise<Answer>;
}

/** A question that waits for answers. */
interface Question {
  /** Those that have not answered yet. */
  readonly awaited: Set<string>;
  readonly answers: Map<string, Answer>;
  readonly errors: string[];
  /** Resolves when nobody is awaited any more. */
  readonly answered: Promise<void>;
  finish(): void;
}

/**
 * Other processes or threads whose metrics are added up here.
 *
 * What only grows must never shrink because somebody is late or died: Prometheus would take the drop for a restart, and
 * count everything once more. So the last known counts stand in for a peer that does not answer. Those of a peer that died
 * are kept as long as others have the same series; without others the series ends, which Prometheus understands. Counts
 * that a peer left behind when it took leave are kept for good.
 */
export class Peers {
  readonly #questions = new Map<string, Question>();
  readonly #lastCounts = new Map<string, MetricJson[]>();
  #countsOfDead: MetricJson[] = [];
  #countsOfLeft: MetricJson[] = [];
  readonly #onSilent: (peer: string) => void;
  /** Answers may also reach other asking code of the same process, which knows its questions by their ids. */
  readonly #prefix = Math.random().toString(36).slice(2);
  #asked = 0;
  readonly #running = new Set<Promise<unknown>>();

  constructor({ onSilent = () => {} }: PeersOptions = {}) {
    this.#onSilent = onSilent;
  }

  /**
   * Asks for metrics, and writes all of them as one text; an empty one if there is nobody.
   *
   * @throws {Error} As {@link Peers.ask}, and if a metric cannot be aggregated.
   */
  text(peers: readonly string[], send: (id: string) => void, options: TextOptions): Promise<string> {
    const { contentType, timeoutMs, own = Promise.resolve([]) } = options;
    const text = Promise.all([own, this.ask(peers, send, timeoutMs)]).then(([ownLists, lists]) => {
      const all = [...ownLists, ...lists];
      return all.length === 0 ? "" : Registry.aggregate(all, contentType).metrics();
    });
    const done = () => this.#running.delete(text);
    this.#running.add(text);
    text.then(done, done);
    return text;
  }

  /** Waits for the texts that are being written. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  /**
   * Asks for metrics.
   *
   * @param peers Those that are expected to answer; what they say is put together in this order.
   * @param send Sends the question by its id, which has to come back with each answer.
   * @returns The lists of metrics that are known now; empty if there is nobody.
   * @throws {Error} If nobody answers: the first error that one of them answered with, or that time is up.
   */
  async ask(peers: readonly string[], send: (id: string) => void, timeoutMs: number): Promise<Answer> {
    const id = `${this.#prefix}:${this.#asked++}`;
    const question = newQuestion(peers);
    this.#questions.set(id, question);
    try {
      send(id);
      if (!await isInTime(question.answered, timeoutMs)) question.awaited.forEach(this.#onSilent);
    } finally {
      this.#questions.delete(id);
    }
    const { answers, errors, awaited } = question;
    if (answers.size === 0 && errors.length + awaited.size > 0) throw new Error(errors[0] ?? "Operation timed out.");
    return this.#together(peers.flatMap((peer) => answers.get(peer) ?? []), answers);
  }

  /** Takes an answer; one that comes late or twice changes nothing. */
  answer(peer: string, id: string, answer: Answer): void {
    const question = this.#questions.get(id);
    if (!question?.awaited.delete(peer)) return;
    question.answers.set(peer, answer);
    this.#lastCounts.set(peer, countsOf(answer));
    finishIfDone(question);
  }

  /** Takes the message that there will be no answer. */
  fail(peer: string, id: string, error: string): void {
    const question = this.#questions.get(id);
    if (!question?.awaited.delete(peer)) return;
    question.errors.push(error);
    finishIfDone(question);
  }

  /** A peer died. */
  lose(peer: string): void {
    this.#countsOfDead = aggregate([this.#countsOfDead, this.#lastCounts.get(peer) ?? []]);
    this.#forget(peer);
  }

  /** A peer took leave, and left what it had counted. */
  leave(peer: string, answer: Answer): void {
    this.#countsOfLeft = aggregate([this.#countsOfLeft, countsOf(answer)]);
    this.#forget(peer);
  }

  /** What it had counted is kept elsewhere now, so its answers must not count once more. */
  #forget(peer: string): void {
    this.#lastCounts.delete(peer);
    for (const question of this.#questions.values()) {
      question.answers.delete(peer);
      question.awaited.delete(peer);
      finishIfDone(question);
    }
  }

  /** What was said now, what was last known of those that said nothing, and what others left behind. */
  #together(said: Answer, answers: ReadonlyMap<string, Answer>): Answer {
    const silent = [...this.#lastCounts].filter(([peer]) => !answers.has(peer)).map(([, counts]) => counts);
    const living = [...said, ...silent];
    if (this.#countsOfDead.length > 0) this.#countsOfDead = sharedSeries(this.#countsOfDead, living);
    const kept = [this.#countsOfDead, this.#countsOfLeft].filter((metrics) => metrics.length > 0);
    return [...living, ...kept];
  }
}

function newQuestion(peers: readonly string[]): Question {
  let finish = () => {};
  const answered = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const question = { awaited: new Set(peers), answers: new Map(), errors: [], answered, finish };
  finishIfDone(question);
  return question;
}

function finishIfDone({ awaited, finish }: Question): void {
  if (awaited.size === 0) finish();
}

/** What only grows: counters and histograms, and of summaries the sum and the count. */
function countsOf(answer: Answer): MetricJson[] {
  return answer.flat().flatMap((metric) => {
    const { type, aggregator = "sum", values } = metric;
    if (aggregator !== "sum" || !Array.isArray(values)) return [];
    if (type === "counter" || type === "histogram") return [metric];
    return type === "summary" ? [{ ...metric, values: values.filter(({ metricName }) => metricName) }] : [];
  });
}

/** The series of `metrics` that others have too. */
function sharedSeries(metrics: readonly MetricJson[], others: Answer): MetricJson[] {
  const keysByName = new Map<string, Set<string>>(metrics.map(({ name }) => [name, new Set()]));
  for (const { name, values } of others.flat()) {
    const keys = keysByName.get(name);
    if (keys !== undefined) values?.forEach((value) => keys.add(seriesKey(value)));
  }
  return metrics
    .map((metric) => ({
      ...metric,
      values: metric.values.filter((v) => keysByName.get(metric.name)?.has(seriesKey(v))),
    }))
    .filter(({ values }) => values.length > 0);
}
