import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { certificateNames } from "./distinguished_name.ts";

const pem = readFileSync(new URL("testdata/names.crt", import.meta.url), "utf8");

describe("certificateNames()", () => {
  it("prints names as Go does: a fixed order, several of a kind together, others as numbers", () => {
    const der = Buffer.from(pem.replace(/-----.*-----|\s/g, ""), "base64");
    // What `Subject.String()` of Go 1.26 gives for this certificate.
    const name = 'CN=\\#1 \\"quoted\\",OU=a+OU=b\\+c,O=Te\\, st,STREET=Rue 1,L=München,ST=Bayern,C=DE,' +
      "1.2.840.113549.1.9.1=#0c0a6d65406578616d706c65";
    assert.deepEqual(certificateNames(der), { subject: name, issuer: name });
  });
});
