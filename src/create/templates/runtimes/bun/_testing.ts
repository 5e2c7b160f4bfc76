import { test } from "bun:test";
import assert from "node:assert/strict";
