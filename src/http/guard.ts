import type { Handler } from "./handler.ts";

/** Puts something before every path of a handler that may answer in its place. */
export type Guard = (answer: Handler) => Handler;
