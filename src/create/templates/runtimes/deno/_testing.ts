import assert from "node:assert/strict";

const { test } = Deno;
