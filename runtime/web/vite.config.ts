import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { contractFacts } from './contract-facts.ts'
import { staffApp } from './staff-app.ts'

const page = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [contractFacts(), staffApp()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Everything is a file of its own: the pages' content security policy allows no inline code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        console: page('index.html'),
        sign: page('sign.html'),
        staff: page('staff.html'),
        'sign-in': page('sign-in.html'),
        sw: page('worker/sw.ts'),
      },
      output: {
        // A service worker keeps its address over releases, or an old one would never be replaced.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
})
