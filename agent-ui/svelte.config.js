import adapter from '@sveltejs/adapter-static';

/** A single-page application: one index.html, no server rendering; Headset's own server serves the folder `build`. */
export default {
  kit: {
    adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html' }),
    // Absolute paths: the fallback page is served at any depth (/calls, /login).
    paths: { relative: false },
    // The page never polls for a new version: an operator's screen must not reload in the middle of a call.
    version: { pollInterval: 0 },
  },
};
