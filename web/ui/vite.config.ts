import { defineConfig } from "vite";

// File names carry no hash: dist is committed, and the server makes tags from contents.
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2023",
    assetsInlineLimit: 0, // the page's policy allows no data: address
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    rollupOptions: {
      output: { entryFileNames: "assets/app.js", chunkFileNames: "assets/[name].js", assetFileNames: (a) => (a.names?.[0]?.endsWith(".css") ? "assets/app.css" : "assets/[name][extname]") },
    },
  },
});
