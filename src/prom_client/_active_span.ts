/** Where `@opentelemetry/api` 1.x keeps what was registered, shared by all copies of it. */
const API = Symbol.for("opentelemetry.js.api.1");
/** The key of the span in a context. */
const SPAN = Symbol.for("OpenTelemetry Context Key SPAN");

/** The identity of a span, in hexadecimal. */
export interface SpanIdentity {
  readonly traceId: string;
  readonly spanId: string;
}

interface Api {
  readonly context?: {
    active(): { getValue(key: symbol): { spanContext(): SpanIdentity } | undefined };
  };
}

/** The span that OpenTelemetry is in right now; `undefined` without one, or without OpenTelemetry. */
export function activeSpan(): SpanIdentity | undefined {
  const api = (globalThis as { [API]?: Api })[API];
  return api?.context?.active().getValue(SPAN)?.spanContext();
}
