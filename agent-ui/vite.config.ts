import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

/** In development the screen is served by Vite and everything else comes from the server, as same-origin requests. */
const serverUrl = process.env.SERVER_URL ?? 'http://127.0.0.1:3000';

/**
 * SvelteKit hides its announcer of page titles by a style attribute, which our Content-Security-Policy forbids. The rule is in
 * `src/lib/theme/base.css` instead.
 */
const announcerWithoutInlineStyle: Plugin = {
  name: 'announcer-without-inline-style',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/generated/root.svelte')) return null;
    return { code: code.replace(/(id="svelte-announcer"[^>]*?) style="[^"]*"/, '$1'), map: null };
  },
};

// A build is for production whoever starts it: under Vitest, NODE_ENV=test would leave SvelteKit's development checks in.
if (process.argv.includes('build')) process.env.NODE_ENV = 'production';

export default defineConfig({
  plugins: [announcerWithoutInlineStyle, sveltekit()],
  server: {
    proxy: {
      '/api': { target: serverUrl },
      '/socket.io': { target: serverUrl, ws: true },
    },
  },
  preview: {
    proxy: {
      '/api': { target: serverUrl },
      '/socket.io': { target: serverUrl, ws: true },
    },
  },
  build: { target: 'es2022', chunkSizeWarningLimit: 700 },
});
