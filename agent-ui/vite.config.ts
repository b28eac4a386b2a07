import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';

/** In development the screen is served by Vite and everything else comes from the server, as same-origin requests. */
const serverUrl = process.env.SERVER_URL ?? 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [sveltekit()],
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
