// The mock as one file, because a desktop's tests and the suites start it again and again: modules cost more than code.
import { dirname, join, relative, sep } from 'node:path'
import { type Plugin, rolldown } from 'rolldown'

/**
 * Writes `mock-sidecar/main.bundle.js` under `outDir`, where the launcher of the mock looks for it.
 * Faults and scenarios stay files of their own beside it, found by their ending. faker stays a package: most starts need no
 * made-up sentence, and it costs more than all the rest. Throws at whatever the bundler warns of.
 */
export async function bundleMock(projectDir: string, outDir: string): Promise<void> {
  const folder = join(projectDir, 'mock-sidecar')
  const bundle = await rolldown({
    input: { 'main.bundle': join(folder, 'main.ts') },
    platform: 'node',
    external: [/^@faker-js\//],
    tsconfig: false,
    plugins: [ownFolders(folder), builtinsAsTheyAre()],
    // No comments that name the folders of whoever built it.
    experimental: { attachDebugInfo: 'none' },
    // What is loaded on demand in the sources may be there at once in one file.
    checks: { ineffectiveDynamicImport: false },
    onLog(_level, { message }) {
      throw new Error(message)
    },
  })
  await bundle.write({ dir: join(outDir, 'mock-sidecar'), format: 'esm', codeSplitting: false })
  await bundle.close()
}

/** Modules that read files beside them find them still: each keeps its own folder, seen from the bundle's. */
function ownFolders(bundleFolder: string): Plugin {
  return {
    name: 'own-folders',
    transform(code, id) {
      const folder = relative(bundleFolder, dirname(id)).split(sep).join('/')
      return code.replaceAll('import.meta.dirname', `\`\${import.meta.dirname}/${folder}\``)
    },
  }
}

/**
 * Importing `node:http` evaluates all it exports, the client of `WebSocket` too (undici, half as long as the whole start);
 * asking for the module does not.
 */
function builtinsAsTheyAre(): Plugin {
  return {
    name: 'builtins-as-they-are',
    renderChunk: (code) =>
      code.replace(
        /^import (\{[^}]*\}) from ("node:[^"]+");$/gm,
        (_, names: string, module: string) =>
          `const ${names.replaceAll(' as ', ': ')} = process.getBuiltinModule(${module});`,
      ),
  }
}
