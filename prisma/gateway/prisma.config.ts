import { defineConfig } from 'prisma-cli/config';
export default defineConfig({ schema: '.', migrations: { path: './migrations' } });
