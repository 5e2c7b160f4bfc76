import type { Plugin } from "esbuild";
import { isBuiltin } from "node:module";

const NAMESPACE = "required-builtin";

/**
 * Gives CommonJS packages in a Worker the modules of Node that they ask for with `require`, by importing them: what
 * `createRequire` finds there lacks some, and the objects that it gives have no prototype.
 */
export const requiredBuiltins: Plugin = {
  name: NAMESPACE,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[\w:./-]+$/ }, ({ path, kind }) => {
      if (kind !== "require-call" || !isBuiltin(path)) return undefined;
      return { path: path.startsWith("node:") ? path : `node:${path}`, namespace: NAMESPACE };
    });
    onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) => ({
      contents: `import module_ from ${JSON.stringify(path)};\nmodule.exports = module_;\n`,
    }));
  },
};
