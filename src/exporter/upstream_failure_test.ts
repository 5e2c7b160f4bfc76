import assert from "node:assert/strict";
import { type AddressInfo, connect, createServer, type NetConnectOpts } from "node:net";
import { describe, it } from "node:test";
import { UpstreamError, upstreamFailureOf } from "./upstream_failure.ts";

describe("upstreamFailureOf", () => {
  const withCode = (code: string, rest: object = {}) => Object.assign(new Error(code), { code, ...rest });

  it("knows the errors of sockets", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const errorOf = (place: NetConnectOpts) => new Promise((resolve) => connect(place).on("error", resolve));
    assert.equal(upstreamFailureOf(await errorOf({ host: "127.0.0.1", port })), "refused");
    assert.equal(upstreamFailureOf(await errorOf({ path: "/no/such/socket" })), "refused");
    assert.equal(upstreamFailureOf(await errorOf({ host: "upstream.invalid", port: 1 })), "unreachable");
  });

  for (
    const [code, reason] of [
      ["ENOTFOUND", "unreachable"],
      ["EHOSTUNREACH", "unreachable"],
      ["ETIMEDOUT", "timeout"],
      ["CERT_HAS_EXPIRED", "tls"],
      ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
      ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
      ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
      ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
      ["ECONNRESET", "error"],
    ]
  ) {
    it(`calls ${code} ${reason}`, () => assert.equal(upstreamFailureOf(withCode(code!)), reason));
  }

  it("takes a file that is missing for no connection that is refused", () => {
    assert.equal(upstreamFailureOf(withCode("ENOENT", { syscall: "open" })), "error");
  });

  it("looks into causes, and into what they gather", () => {
    const inner = new AggregateError([new Error("first"), withCode("ECONNREFUSED")], "nothing listens");
    assert.equal(upstreamFailureOf(new Error("outer", { cause: new Error("middle", { cause: inner }) })), "refused");
  });

  it("believes who throws it more than its cause", () => {
    const error = new UpstreamError("denied", "no right", { cause: withCode("ECONNREFUSED") });
    assert.equal(upstreamFailureOf(new Error("outer", { cause: error })), "denied");
  });

  it("calls the end of an AbortSignal.timeout a timeout", async () => {
    const signal = AbortSignal.timeout(1);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    assert.equal(upstreamFailureOf(signal.reason), "timeout");
  });

  it("ends where causes go in circles, and calls what it does not know an error", () => {
    const error = new Error("a");
    error.cause = new Error("b", { cause: error });
    assert.equal(upstreamFailureOf(error), "error");
    assert.equal(upstreamFailureOf("no error"), "error");
    assert.equal(upstreamFailureOf(undefined), "error");
  });
});
