/** How the pages are built: into `dist` beside them, for browsers of the last years, nothing loaded from anywhere else. */
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { brotliCompress, gzip } from "node:zlib"
import react from "@vitejs/plugin-react"
import { defineConfig, type Plugin } from "vite"

/** Beside each file what browsers ask for, so that the gateway compresses nothing while mail comes in. */
function compressed(): Plugin {
  return {
    name: "compressed",
    async writeBundle({ dir = "" }, bundle) {
      for (const [name, made] of Object.entries(bundle)) {
        if (!/\.(?:js|css|svg)$/.test(name)) continue
        const octets = Buffer.from(made.type === "chunk" ? made.code : made.source)
        await writeFile(join(dir, `${name}.br`), await promisify(brotliCompress)(octets))
        await writeFile(join(dir, `${name}.gz`), await promisify(gzip)(octets, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [react(), compressed()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    // A data: URL would need a hole in the content-security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
})
