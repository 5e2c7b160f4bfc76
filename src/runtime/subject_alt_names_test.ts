import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { subjectAltNames } from "./subject_alt_names.ts";

/** A certificate whose other name and URI look like the DNS name `allowed.example`. */
const SLY = [
  "MIICjzCCAXegAwIBAgIUNXbzIgsXZQusfhh0UxScqPwsqyEwDQYJKoZIhvcNAQELBQAwETEPMA0GA1UEAwwGVGVzdENBMB4XDTI2MTEyOTEwMT",
  "kyNVoXDTI2MTIyOTEwMTkyNVowDzENMAsGA1UEAwwEZXZpbDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHPphgNN4WzbpC+JV2ST7VBP6CNv",
  "AH4HhzY1Q98ImI9rD6uppkOGL+WuXVErl4UY6SuUOsjI/0ndFMcGZd7t1vmjgaswgagwZgYDVR0RBF8wXaAcBgMqAwSgFQwTRE5TOmFsbG93ZW",
  "QuZXhhbXBsZYYeaHR0cDovL3gvLCBETlM6YWxsb3dlZC5leGFtcGxlhxAgAQ24AAAAAAAAAAAAAAABgQtxQHguZXhhbXBsZTAdBgNVHQ4EFgQU",
  "e91bCLmpEa47wRCW+sdA633zsnEwHwYDVR0jBBgwFoAUSjIapeoa2dIENp2NtLYI3RHLAp0wDQYJKoZIhvcNAQELBQADggEBAMBvUZC74IDrjU",
  "tT6tpbKRK1+ref+Y1E9lJnoOr3uoooBOCIyYm4wnAHhFAIH17F3TX4Ujqmc6fC48ezlGqxjzDzVUsqMwgqJpM7UpHkf6y9IF6QV6Ipj0PAWc24",
  "rchxzWA/ez3Mb3cyW3Q7LJeXTe0yh4opqVV8Qn6tSLCtx7YigSCoYh83+1Kwk//CJgFiby8DQwYjjHA43j98JeKqxwy+WjLjTNDYR3H2K7jF55",
  "rmZkXEBExXXKyiw+zqhkBVQOccDiwS5FwDjKqeaEvoaCoycEEoOO+kLcPLHW4XupTba090RwgEBpL+m3OFLuIZNgoh91g293djt6t2l/RisIw=",
].join("");

const CERTIFICATE = Uint8Array.from(atob(SLY), (char) => char.charCodeAt(0));

describe("subjectAltNames()", () => {
  it("reads each name for itself, whatever is in it", () => {
    assert.deepEqual(subjectAltNames(CERTIFICATE), ["http://x/, DNS:allowed.example", "2001:db8::1", "q@x.example"]);
  });

  it("finds nothing in a certificate that is cut off or no certificate", () => {
    for (let length = 0; length < CERTIFICATE.length; length++) {
      assert.deepEqual(subjectAltNames(CERTIFICATE.subarray(0, length)), []);
    }
    assert.deepEqual(subjectAltNames(new Uint8Array(100).fill(0x30)), []);
    assert.deepEqual(subjectAltNames(new Uint8Array(100).fill(0xff)), []);
  });
});
