/** A web configuration that cannot be used: every line of the message is one problem. */
export class WebConfigError extends Error {
  override name = "WebConfigError";
}
