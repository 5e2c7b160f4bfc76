/**
 * Flags of V8, in megabytes. A scrape makes some hundred kilobytes of garbage now and then: left to itself, V8 lets them
 * pile up to hundreds of megabytes before it looks for any, and a process would be as large as its garbage.
 */
export const HEAP_FLAGS: readonly string[] = ["--max-semi-space-size=4", "--initial-old-space-size=8"];
