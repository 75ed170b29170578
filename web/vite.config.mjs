import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // Relative: the path in front of all is known at the server alone.
  base: './',
  build: {
    target: 'es2022',
    emptyOutDir: true,
    // No code may be written into the page, and pictures as data would be twice as large.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
