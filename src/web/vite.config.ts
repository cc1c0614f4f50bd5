import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { generateDocuments } from './build/generate-documents.ts'
import { builtFolder, pageFolder } from './build/places.ts'

/** While the page is being worked on: its documents are generated again whenever one is saved. */
const documents: Plugin = {
  name: 'graphql-documents',
  apply: 'serve',
  buildStart: generateDocuments,
  async watchChange(file) {
    if (file.endsWith('.graphql')) await generateDocuments()
  },
}

/** Where `npm run dev` has the server. */
const server = `http://127.0.0.1:${process.env.PORT ?? 8080}`

export default defineConfig(({ command }) => ({
  root: pageFolder,
  plugins: [react(), documents],
  // The server puts each answer's own nonce in its place.
  html: command === 'build' ? { cspNonce: 'NONCE_OF_THIS_ANSWER' } : {},
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  build: {
    outDir: builtFolder,
    emptyOutDir: true,
    // What have light-dark(), popovers and Promise.withResolvers: browsers since the spring of 2024.
    target: ['chrome123', 'edge123', 'firefox125', 'safari17.5'],
    // A data: URL would need a policy that allows it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // What the first view may weigh is held by a test.
    chunkSizeWarningLimit: 1_000,
    license: false,
  },
  server: {
    port: 5173,
    proxy: {
      '^/(session|reconcile|export/.*|schema.graphql|healthz|readyz|metrics|postback|clicks|c/.*)(\\?.*)?$': server,
      '/graphql': { target: server, ws: true },
    },
  },
}))
