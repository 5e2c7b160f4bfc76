import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { versionName } from "./certificates.ts";

describe("versionName()", () => {
  it("says versions of TLS as Go does", () => {
    assert.deepEqual(["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "SSLv3"].map(versionName), [
      "TLS 1.0",
      "TLS 1.1",
      "TLS 1.2",
      "TLS 1.3",
      "unknown",
    ]);
  });
});
