import react from '@vitejs/plugin-react';
import { defineConfig, type PluginOption } from 'vite';

export default defineConfig(async ({ mode }) => {
  const plugins: PluginOption[] = [react()];
  if (mode === 'mock') {
    // Development and end-to-end tests only: the answers of docs/api/own.md from generated data.
    const { mockServer } = await import('./dev/mock.ts');
    plugins.push(mockServer());
  }
  return {
    plugins,
    build: {
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
    },
    server: { proxy: { '/api': process.env.CLEW_URL ?? 'http://127.0.0.1:4319' } },
    test: { include: ['test/**/*.test.ts'], environment: 'node' },
  };
});
